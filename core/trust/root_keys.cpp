#include "core/trust/root_keys.hpp"

#include "core/model/nodes.hpp"
#include "core/trust/document.hpp"

namespace mesh::trust {

Result<RootKeys> read_root_keys(const Source& mesh_yaml) {
  RootKeys root;
  Findings ignored;  // loading the mesh has told them
  const auto documents = yaml::read(mesh_yaml, ignored);
  if (documents.empty() || !documents.front().root().is_mapping()) return root;
  const auto given = documents.front().root().find("root");
  if (!given || !given->is_mapping()) return root;
  auto keys = parse_keys(model::plain_texts(*given, "keys"), Fault::usage);
  if (!keys) return std::move(keys).error().in("`root` in mesh.yaml");
  root.keys = std::move(*keys);
  auto threshold = parse_threshold(*given, Fault::usage);
  if (!threshold) return std::move(threshold).error().in("`root` in mesh.yaml");
  root.threshold = *threshold;
  return root;
}

}  // namespace mesh::trust
