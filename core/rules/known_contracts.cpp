#include "core/rules/known_contracts.hpp"

#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/rules/levels.hpp"

#include <algorithm>
#include <unordered_set>

namespace mesh::rules {

using model::Text;

std::vector<const Contract*> contracts_with(const Workspace& workspace, std::string_view id) {
  std::vector<const Contract*> contracts;
  const auto found = workspace.contracts_by_id.find(id);
  if (found == workspace.contracts_by_id.end()) return contracts;
  for (const uint32_t index : found->second) contracts.push_back(&workspace.contracts[index]);
  return contracts;
}

static std::string_view canonical(std::string_view version) {
  return version.starts_with('v') && model::parse_version(version) ? version.substr(1) : version;
}

static bool is_open(const Text& version) {
  return !version || version.view().find("${") != std::string_view::npos;
}

bool may_be_same(model::Mesh::Match match, const Text& a, const Text& b) {
  return is_open(a) || is_open(b) || versions_match(match, a.view(), b.view());
}

// Of what many documents say alike, being copies of each other, the first ones tell enough.
constexpr size_t kMost = 64;

std::vector<const Contract*> contracts_meant(const Workspace& workspace, const Text& id,
                                             const Text& version) {
  std::vector<const Contract*> contracts;
  const auto found = workspace.contracts_by_id.find(id.view());
  if (found == workspace.contracts_by_id.end()) return contracts;
  for (const uint32_t index : found->second) {
    const Contract& contract = workspace.contracts[index];
    if (may_be_same(workspace.mesh.contract_versions, version, contract.version))
      contracts.push_back(&contract);
    if (contracts.size() == kMost) break;
  }
  return contracts;
}

const Contract* contract_meant(const Workspace& workspace, const Text& id, const Text& version) {
  const std::vector<const Contract*> contracts = contracts_meant(workspace, id, version);
  if (contracts.size() == 1) return contracts.front();
  for (const Contract* const contract : contracts)
    if (version && contract->version && canonical(version.view()) == canonical(contract->version.view()))
      return contract;
  return nullptr;
}

std::vector<Promise> promises_of(const Workspace& workspace, const Text& id, const Text& version) {
  std::vector<Promise> promises;
  const auto found = workspace.outputs_by_contract.find(id.view());
  if (found == workspace.outputs_by_contract.end()) return promises;
  for (const Workspace::Output& output : found->second) {
    const Product& product = workspace.products[output.product];
    const model::Port& port = product.outputs[output.port];
    if (may_be_same(workspace.mesh.contract_versions, version, port.version))
      promises.push_back({&product, &port});
    if (promises.size() == kMost) break;
  }
  return promises;
}

std::vector<Input> inputs_of(const Product& product) {
  std::vector<Input> inputs;
  std::unordered_set<std::string_view> known;
  for (const model::Port& port : product.inputs) {
    if (!port.contract_id) continue;
    inputs.push_back({&port.contract_id, &port.version});
    known.insert(port.contract_id.view());
  }
  for (const model::Port& port : product.outputs)
    for (const model::InputContract& input : port.input_contracts)
      if (input.id && !known.contains(input.id.view())) inputs.push_back({&input.id, &input.version});
  return inputs;
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

std::string canonical_version(std::string_view version) { return std::string(canonical(version)); }

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
      return wanted == offered || canonical(wanted) == canonical(offered);
  }
  return true;
}

std::string name_of(const Product& product) {
  return product.name ? product.name.str() : product.id ? product.id.str() : "the product";
}

const Contract* NearestContract::operator()(std::string_view id) {
  // Comparing with every id takes its time: when so many are unknown, another thing is wrong than spelling.
  constexpr size_t kMostCompared = 200;
  if (ids_.empty()) {
    for (const auto& [known, contracts] : workspace_.contracts_by_id) ids_.push_back(known);
    std::ranges::sort(ids_);
  }
  const auto known = found_.find(id);
  if (known != found_.end()) return known->second;
  if (found_.size() >= kMostCompared) return nullptr;
  const auto near = nearest(id, ids_);
  return found_[id] = near ? contracts_with(workspace_, *near).front() : nullptr;
}

}  // namespace mesh::rules
