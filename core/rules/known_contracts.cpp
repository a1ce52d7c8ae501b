#include "core/rules/known_contracts.hpp"

#include "core/model/version.hpp"
#include "core/rules/levels.hpp"

namespace mesh::rules {

std::vector<const Contract*> contracts_with(const Workspace& workspace, std::string_view id) {
  std::vector<const Contract*> contracts;
  const auto found = workspace.contracts_by_id.find(id);
  if (found == workspace.contracts_by_id.end()) return contracts;
  for (const uint32_t index : found->second) contracts.push_back(&workspace.contracts[index]);
  return contracts;
}

bool is_external(const Workspace& workspace, std::string_view id) {
  for (const std::string& pattern : workspace.mesh.externals)
    if (matches_rule(pattern, id)) return true;
  return false;
}

bool is_beyond(const Workspace& workspace, std::string_view id) {
  return id.find("${") != std::string_view::npos || workspace.broken_ids.contains(id) ||
         is_external(workspace, id);
}

std::string canonical_version(std::string_view version) {
  const auto parsed = model::parse_version(version);
  return parsed ? parsed->text() : std::string(version);
}

static std::string_view major(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  return version.substr(0, version.find_first_of(".-+"));
}

bool versions_match(model::Mesh::Match match, std::string_view wanted, std::string_view offered) {
  switch (match) {
    case model::Mesh::Match::any:
      return true;
    case model::Mesh::Match::major:
      return major(wanted) == major(offered);
    case model::Mesh::Match::exact:
      return canonical_version(wanted) == canonical_version(offered);
  }
  return true;
}

std::string name_of(const Product& product) {
  return product.name ? product.name.str() : product.id ? product.id.str() : "the product";
}

}  // namespace mesh::rules
