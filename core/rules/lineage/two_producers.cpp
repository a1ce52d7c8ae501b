#include "core/rules/known_contracts.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <map>

namespace mesh::rules::lineage {

using model::Port;

// A port without version means the only version there is; when there are several it may mean any, and clashes
// with nothing for certain.
static std::optional<std::string> promised_version(const Workspace& workspace, const Port& port) {
  if (port.version) return canonical_version(port.version.view());
  const auto contracts = contracts_with(workspace, port.contract_id.view());
  if (contracts.empty()) return std::string{};
  if (contracts.size() > 1 || !contracts.front()->version) return std::nullopt;
  return canonical_version(contracts.front()->version.view());
}

static void check(const Workspace& workspace, Findings& findings) {
  struct First {
    const Product* product;
    const Port* port;
  };
  for (const auto& [id, outputs] : workspace.outputs_by_contract) {
    if (outputs.size() < 2) continue;
    std::map<std::string, First> producers;
    for (const auto& output : outputs) {
      const Product& product = workspace.products[output.product];
      const Port& port = product.outputs[output.port];
      const auto version = promised_version(workspace, port);
      if (!version) continue;
      const auto [first, is_new] = producers.try_emplace(*version, First{&product, &port});
      if (is_new || first->second.product == &product) continue;
      // Two products of one id are id/duplicate, and one copy of the other.
      if (product.id && first->second.product->id == product.id.view()) continue;
      Finding& finding =
          findings.add(Place{product.file, port.contract_id.at},
                       fmt::format("contract `{}`{} is output by two products, `{}` and `{}`",
                                   port.contract_id.view(), version->empty() ? "" : " `" + *version + "`",
                                   name_of(*first->second.product), name_of(product)));
      finding.label = "promised a second time";
      finding.help = "give each product a contract of its own, or let one of them read from the other";
      finding.notes.push_back(
          {"first promised here", Place{first->second.product->file, first->second.port->contract_id.at}});
    }
  }
}

extern const Rule two_producers{
    .id = "lineage/two-producers",
    .summary = "one version of a contract is the promise of one product",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::lineage
