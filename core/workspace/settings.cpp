#include "core/workspace/settings.hpp"

#include "core/base/files.hpp"
#include "core/workspace/link.hpp"
#include "core/workspace/paths.hpp"
#include "core/workspace/reading.hpp"

#include <algorithm>

namespace mesh::workspace {
namespace {

void read_into(Workspace& workspace, const Scope& scope, std::string key) {
  const auto id = static_cast<FileId>(workspace.files.size());
  File file;
  file.path = scope.shown(key);
  file.key = key;
  const model::Mesh none;
  const Judge nobody;
  Reading reading = read_candidate({std::move(key), false, {}}, file.path, scope, {}, {none, nobody}, id);
  file.broken = reading.is_broken;
  workspace.files.push_back(std::move(file));
  if (reading.mesh) workspace.mesh = std::move(*reading.mesh);
  if (reading.domain) workspace.domains.push_back(std::move(*reading.domain));
}

}  // namespace

Result<std::optional<Workspace>> settings_here() {
  const auto here = current_folder();
  if (!here) return tl::unexpected(here.error());
  const auto scope = find_scope({});
  if (!scope) return tl::unexpected(scope.error());
  if (!scope->has_mesh) return std::nullopt;
  std::optional<Workspace> workspace(std::in_place);
  workspace->root = scope->root;
  workspace->has_mesh = true;
  read_into(*workspace, *scope, "mesh.yaml");
  const std::string folder = key_below(scope->root, *here);
  for (std::string_view at = folder;; at = parent_of(at)) {
    const std::string key = joined(at, "domain.yaml");
    if (is_file(joined(scope->root, key))) read_into(*workspace, *scope, key);
    if (at.empty()) break;
  }
  File document;
  document.key = joined(folder, "-");
  workspace->files.push_back(std::move(document));
  assign_domains(*workspace, 1);
  return workspace;
}

}  // namespace mesh::workspace
