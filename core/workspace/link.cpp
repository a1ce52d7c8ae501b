#include "core/workspace/link.hpp"

#include "core/base/parallel.hpp"
#include "core/base/strings.hpp"
#include "core/workspace/paths.hpp"
#include "core/workspace/scope.hpp"

#include <algorithm>
#include <map>

namespace mesh::workspace {
namespace {

constexpr uint32_t kNoDomain = UINT32_MAX;

size_t depth_of(std::string_view path) {
  return path.empty() ? 0 : static_cast<size_t>(std::ranges::count(path, '/')) + 1;
}

// A `paths` entry: what it matches, and how deep the part before its first wildcard reaches.
struct Claim {
  std::string glob;
  size_t depth = 0;
  uint32_t domain = kNoDomain;
};

std::string normal_glob(std::string_view glob) {
  while (glob.starts_with("./")) glob.remove_prefix(2);
  while (glob.ends_with('/')) glob.remove_suffix(1);
  return std::string(glob == "." ? "" : glob);
}

std::string_view fixed_part(std::string_view glob) {
  const size_t wild = glob.find_first_of("*?[{");
  return wild == glob.npos ? glob : parent_of(glob.substr(0, wild));
}

bool claims(const Claim& claim, std::string_view key) {
  if (claim.glob.empty()) return true;
  for (; !key.empty(); key = parent_of(key))
    if (glob_match(claim.glob, key)) return true;
  return false;
}

bool is_listed(const model::Mesh& mesh, const model::Domain& domain) {
  if (mesh.domains.empty() || domain.folder.empty()) return true;
  return std::ranges::any_of(mesh.domains, [&](const model::Mesh::DomainEntry& entry) {
    if (entry.glob.empty()) return entry.name == domain.name;
    return claims({normal_glob(entry.glob), 0, 0}, domain.folder);
  });
}

// The domain of that name, made of the entry unless a domain.yaml has told it.
uint32_t domain_named(Workspace& workspace, const model::Mesh::DomainEntry& entry) {
  for (uint32_t i = 0; i < workspace.domains.size(); ++i)
    if (workspace.domains[i].name == entry.name) return i;
  model::Domain domain;
  domain.file = workspace.mesh.file;
  domain.name = entry.name;
  domain.name_at = entry.at;
  domain.folder = entry.paths.empty() ? "" : std::string(fixed_part(normal_glob(entry.paths.front())));
  workspace.domains.push_back(std::move(domain));
  return static_cast<uint32_t>(workspace.domains.size() - 1);
}

std::vector<Claim> read_claims(Workspace& workspace) {
  std::vector<Claim> found;
  for (const model::Mesh::DomainEntry& entry : workspace.mesh.domains) {
    if (entry.name.empty()) continue;
    const uint32_t domain = domain_named(workspace, entry);
    for (const std::string& path : entry.paths) {
      std::string glob = normal_glob(path);
      const size_t depth = depth_of(fixed_part(glob));
      found.push_back({std::move(glob), depth, domain});
    }
  }
  return found;
}

}  // namespace

void assign_domains(Workspace& workspace, unsigned jobs) {
  std::map<std::string_view, uint32_t> by_folder;
  for (uint32_t i = 0; i < workspace.domains.size(); ++i) {
    model::Domain& domain = workspace.domains[i];
    if (domain.name.empty() && workspace.files[domain.file].broken)
      domain.name = domain.folder.substr(domain.folder.rfind('/') + 1);
    domain.is_listed = is_listed(workspace.mesh, domain);
  }
  const auto with_file = static_cast<uint32_t>(workspace.domains.size());
  const std::vector<Claim> claimed = read_claims(workspace);
  for (uint32_t i = 0; i < with_file; ++i) by_folder.emplace(workspace.domains[i].folder, i);

  const auto assign = [&](File& file) {
    size_t depth = 0;
    for (std::string_view at = file.key; !at.empty() && file.domain == kNoDomain;) {
      at = parent_of(at);
      const auto found = by_folder.find(at);
      if (found == by_folder.end()) continue;
      file.domain = found->second;
      depth = depth_of(at);
    }
    // The nearest counts: the deeper folder of a domain.yaml, or the longer path of an entry.
    for (const Claim& claim : claimed) {
      if (file.domain != kNoDomain && claim.depth <= depth) continue;
      if (!claims(claim, file.key)) continue;
      file.domain = claim.domain;
      depth = claim.depth;
    }
  };
  for_each_part(workspace.files.size(), jobs, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) assign(workspace.files[i]);
  });
}

// At the root they are the mesh's, in the folder of a domain that domain's; elsewhere they are not in use.
void drop_misplaced_waivers(Workspace& workspace) {
  std::erase_if(workspace.waivers, [&](const model::Waivers& waivers) {
    const std::string& key = workspace.files[waivers.file].key;
    if (!workspace.has_mesh) return true;
    if (key == kWaiversFile) return false;
    if (key.substr(key.rfind('/') + 1) != kWaiversFile) return true;
    const model::Domain* const domain = workspace.domain_of(waivers.file);
    return !domain || domain->folder != parent_of(key);
  });
}

void index_contracts(Workspace& workspace) {
  workspace.contracts_by_id.clear();
  workspace.contracts_by_id.reserve(workspace.contracts.size());
  for (uint32_t i = 0; i < workspace.contracts.size(); ++i)
    if (const model::Text& id = workspace.contracts[i].id; id)
      workspace.contracts_by_id[id.view()].push_back(i);
}

void index_outputs(Workspace& workspace) {
  workspace.outputs_by_contract.clear();
  for (uint32_t i = 0; i < workspace.products.size(); ++i) {
    const auto& ports = workspace.products[i].outputs;
    for (uint32_t port = 0; port < ports.size(); ++port)
      if (const model::Text& id = ports[port].contract_id; id)
        workspace.outputs_by_contract[id.view()].push_back({i, port});
  }
}

}  // namespace mesh::workspace
