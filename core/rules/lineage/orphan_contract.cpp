#include "core/rules/known_contracts.hpp"
#include "core/rules/lifecycle.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace mesh::rules::lineage {

using model::Text;

namespace {

// Contracts that a port promises with a wrong id or version: that is told there.
std::unordered_set<std::string_view> meant_by_mistake(const Workspace& workspace) {
  std::unordered_set<std::string_view> ids;
  NearestContract nearest(workspace);
  for (const auto& [id, outputs] : workspace.outputs_by_contract) {
    if (!workspace.contracts_by_id.contains(id)) {
      const Contract* const near = is_beyond(workspace, id) ? nullptr : nearest(id);
      if (near) ids.insert(near->id.view());
      continue;
    }
    for (const Workspace::Output& output : outputs) {
      const model::Port& port = workspace.products[output.product].outputs[output.port];
      if (contracts_meant(workspace, port.contract_id, port.version).empty()) ids.insert(id);
    }
  }
  return ids;
}

// Before somebody is to use it, and after, a contract may stand alone.
bool is_in_use(const Contract& contract) {
  const Stage stage = stage_of(contract.status);
  return stage != Stage::draft && stage != Stage::retired;
}

void check(const Workspace& workspace, Findings& findings) {
  if (workspace.products.empty()) return;
  std::optional<std::unordered_set<std::string_view>> mistaken;
  for (const Contract& contract : workspace.contracts) {
    if (!contract.id || contract.id.size() == 0 || !is_in_use(contract)) continue;
    const std::string_view id = contract.id.view();
    if (!promises_of(workspace, contract.id, contract.version).empty()) continue;
    if (is_beyond(workspace, id) || workspace.named_ids.contains(id)) continue;
    if (!mistaken) mistaken = meant_by_mistake(workspace);
    if (mistaken->contains(id)) continue;
    Finding& finding = findings.add(
        Place{contract.file, contract.id.at},
        contract.version
            ? fmt::format("no product outputs contract `{}` in version `{}`", id, contract.version.view())
            : fmt::format("no product outputs contract `{}`", id));
    finding.label = "nobody answers for it";
    finding.help = "name it as the `contractId` of the product's output port that keeps this promise";
    const auto others = workspace.outputs_by_contract.find(id);
    if (others == workspace.outputs_by_contract.end()) continue;
    const Workspace::Output other = others->second.front();
    const model::Port& port = workspace.products[other.product].outputs[other.port];
    if (port.version)
      finding.notes.push_back({fmt::format("version `{}` of it is output here", port.version.view()),
                               Place{workspace.products[other.product].file, port.version.at}});
  }
}

}  // namespace

extern const Rule orphan_contract{
    .id = "lineage/orphan-contract",
    .summary = "every contract is the promise of a product",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::lineage
