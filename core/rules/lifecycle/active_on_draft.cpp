#include "core/rules/known_contracts.hpp"
#include "core/rules/lifecycle.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::rules::lifecycle {

static void check(const Workspace& workspace, Findings& findings) {
  for (const Product& product : workspace.products) {
    if (stage_of(product.status) != Stage::active) continue;
    for (const model::Port& port : product.outputs) {
      if (!port.contract_id) continue;
      const auto contracts = contracts_meant(workspace, port.contract_id, port.version);
      const auto is_draft = [](const Contract* contract) {
        return stage_of(contract->status) == Stage::draft;
      };
      if (contracts.empty() || !std::ranges::all_of(contracts, is_draft)) continue;
      const model::Text& status = contracts.front()->status;
      Finding& finding = findings.add(Place{product.file, port.contract_id.at},
                                      fmt::format("`{}` is active and promises contract `{}`, which is `{}`",
                                                  name_of(product), port.contract_id.view(), status.view()));
      finding.label = "promise what is agreed";
      finding.help = "make the contract `active` when its consumers can rely on it, or the product a draft";
      finding.notes.push_back(
          {fmt::format("the contract is `{}`", status.view()), Place{contracts.front()->file, status.at}});
    }
  }
}

extern const Rule active_on_draft{
    .id = "lifecycle/active-on-draft",
    .summary = "an active product promises contracts that are agreed",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::lifecycle
