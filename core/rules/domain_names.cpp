#include "core/rules/domain_names.hpp"

#include "core/base/strings.hpp"

namespace mesh::rules {

std::string domain_key(std::string_view name) {
  std::string key = to_lower(trim(name));
  for (char& c : key)
    if (c == ' ' || c == '_') c = '-';
  return key;
}

const model::Domain* domain_holding(const Workspace& workspace, FileId file) {
  const uint32_t domain = workspace.files[file].domain;
  return domain < workspace.domains.size() ? &workspace.domains[domain] : nullptr;
}

bool is_in_lakehouse(const Workspace& workspace, FileId file) {
  const model::Domain* const domain = domain_holding(workspace, file);
  return domain && domain->type == "lakehouse";
}

}  // namespace mesh::rules
