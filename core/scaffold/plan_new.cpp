#include "core/base/strings.hpp"
#include "core/scaffold/documents.hpp"
#include "core/scaffold/name.hpp"
#include "core/scaffold/render.hpp"
#include "core/scaffold/scaffold.hpp"
#include "core/workspace/workspace.hpp"

namespace mesh::scaffold {
namespace {

using workspace::Workspace;

std::string under(std::string_view folder, std::string_view path) {
  return folder.empty() ? std::string(path) : std::string(folder) + "/" + std::string(path);
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& known,
                         std::string_view command) {
  if (const auto near = nearest(name, known)) return "did you mean `" + printable(*near) + "`?";
  return "`" + std::string(command) + "` makes it";
}

Result<const model::Domain*> find_domain(const Workspace& mesh, std::string_view name) {
  std::vector<std::string> known;
  for (const model::Domain& domain : mesh.domains) {
    if (domain.name == name) return &domain;
    known.push_back(domain.name);
  }
  const std::string shown = printable(name);
  return fail(Fault::usage, "the mesh has no domain `" + shown + "`",
              did_you_mean(name, known, "mesh new domain " + shown));
}

Result<const model::Product*> find_product(const Workspace& mesh, const model::Domain& domain,
                                           std::string_view name) {
  std::vector<std::string> known;
  for (const model::Product& product : mesh.products) {
    if (mesh.domain_of(product.file) != &domain) continue;
    if (mesh.product_key(product) == name) return &product;
    known.emplace_back(mesh.product_key(product));
  }
  const std::string shown = domain.name + "/" + printable(name);
  return fail(Fault::usage, "the domain `" + domain.name + "` has no product `" + printable(name) + "`",
              did_you_mean(name, known, "mesh new product " + shown));
}

// The folder for a new domain: the first glob of `domains` that has a star for its name.
Result<std::string> domain_folder(const Workspace& mesh, std::string_view name) {
  for (const model::Mesh::DomainEntry& entry : mesh.mesh.domains) {
    const size_t star = entry.glob.find('*');
    if (star == std::string::npos) continue;
    const size_t end = entry.glob.find_first_not_of('*', star);
    std::string folder = entry.glob.substr(0, star) + std::string(name);
    if (end != std::string::npos) folder += entry.glob.substr(end);
    if (glob_match(entry.glob, folder) && check_path(folder)) return folder;
  }
  if (mesh.mesh.domains.empty()) return "domains/" + std::string(name);
  return fail(Fault::usage, "`domains` in mesh.yaml says no folder for a new domain",
              "add a glob such as `domains/*` to it");
}

Owner owner_of(const model::Domain& domain, const std::optional<Owner>& given) {
  if (given) return *given;
  return {domain.owner_team.empty() ? domain.name : domain.owner_team,
          domain.owner_email.empty() ? domain.name + "@example.com" : domain.owner_email};
}

Standards standards_of(const Workspace& mesh) {
  Standards standards;
  if (!mesh.mesh.odcs.empty()) standards.odcs = mesh.mesh.odcs;
  if (!mesh.mesh.odps.empty()) standards.odps = mesh.mesh.odps;
  return standards;
}

// The mesh's part of every id; a mesh without name lends its folder's.
std::string mesh_name(const Workspace& mesh) {
  if (!mesh.mesh.name.empty()) return mesh.mesh.name;
  const std::string name = slug(mesh.root.substr(mesh.root.rfind('/') + 1));
  return name.empty() ? "mesh" : name;
}

ProductFacts product_facts(const Workspace& mesh, const model::Domain& domain, std::string_view product,
                           const std::optional<Owner>& owner) {
  return {mesh_name(mesh), domain.name, std::string(product), owner_of(domain, owner), standards_of(mesh)};
}

Result<void> check_contract_is_new(const Workspace& mesh, const ProductFacts& facts,
                                   std::string_view contract) {
  const std::string id = contract_id(facts.mesh, facts.domain, facts.product, contract);
  const auto known = mesh.contracts_by_id.find(id);
  if (known == mesh.contracts_by_id.end() || known->second.empty()) return {};
  const std::string& path = mesh.path(mesh.contracts[known->second.front()].file);
  return fail(Fault::exists, "the contract `" + id + "` exists already, in " + printable(path));
}

}  // namespace

Result<Plan> plan_domain(const Workspace& mesh, std::string_view domain, std::string_view type,
                         const Owner& owner) {
  for (const model::Domain& known : mesh.domains)
    if (known.name == domain)
      return fail(Fault::exists, "the domain `" + known.name + "` exists already, in " +
                                     printable(known.folder.empty() ? "." : known.folder));
  const auto folder = domain_folder(mesh, domain);
  if (!folder) return tl::unexpected(folder.error());
  Plan plan{mesh.root, {}};
  if (auto added = add_domain(domain, type, owner, *folder, plan.files); !added)
    return pass(std::move(added));
  return plan;
}

Result<Plan> plan_product(const Workspace& mesh, std::string_view domain, std::string_view product,
                          const std::optional<Owner>& owner) {
  const auto home = find_domain(mesh, domain);
  if (!home) return tl::unexpected(home.error());
  if (const auto known = find_product(mesh, **home, product))
    return fail(Fault::exists, "the product `" + std::string(domain) + "/" + std::string(product) +
                                   "` exists already, in " + printable(mesh.path((*known)->file)));
  const ProductFacts facts = product_facts(mesh, **home, product, owner);
  if (auto fresh = check_contract_is_new(mesh, facts, product); !fresh) return pass(std::move(fresh));
  Plan plan{mesh.root, {}};
  if (auto added = add_product(facts, under((*home)->folder, product), plan.files); !added)
    return pass(std::move(added));
  return plan;
}

Result<ContractPlan> plan_contract(const Workspace& mesh, std::string_view domain, std::string_view product,
                                   std::string_view contract, const std::optional<Owner>& owner) {
  const auto home = find_domain(mesh, domain);
  if (!home) return tl::unexpected(home.error());
  const auto parent = find_product(mesh, **home, product);
  if (!parent) return tl::unexpected(parent.error());
  const ProductFacts facts = product_facts(mesh, **home, product, owner);
  if (auto fresh = check_contract_is_new(mesh, facts, contract); !fresh) return pass(std::move(fresh));
  ContractPlan planned{{mesh.root, {}}, mesh.files[(*parent)->file].key, {}};
  const std::string folder(mesh.folder((*parent)->file));
  if (auto added = add_contract(facts, contract, folder, planned.plan.files); !added)
    return pass(std::move(added));
  planned.port = {
      "- name: " + yaml_scalar(contract), "  version: 1.0.0",
      "  contractId: " + yaml_scalar(contract_id(facts.mesh, facts.domain, facts.product, contract))};
  return planned;
}

}  // namespace mesh::scaffold
