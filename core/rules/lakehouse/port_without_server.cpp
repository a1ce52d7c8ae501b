#include "core/rules/domain_names.hpp"
#include "core/rules/known_contracts.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/table_stores.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::rules::lakehouse {

using model::Port;

static void check_port(const Workspace& workspace, const Port& port, Findings& findings) {
  const std::string name = port.name ? fmt::format("output port `{}`", port.name.view()) : "an output port";
  if (!port.contract_id) {
    Finding& finding = findings.add(port.name ? port.name.at : port.at,
                                    name + " has no contract, so no server to find its tables on");
    finding.label = "add `contractId`";
    return;
  }
  if (is_beyond(workspace, port.contract_id.view())) return;
  const auto contracts = contracts_meant(workspace, port.contract_id, port.version);
  const auto has_server = [](const Contract* contract) {
    return std::ranges::any_of(contract->servers, is_table_store);
  };
  if (contracts.empty() || std::ranges::any_of(contracts, has_server)) return;
  const Contract& contract = *contracts.front();
  Finding& finding =
      findings.add(port.contract_id.at, fmt::format("{} leads to no server of the lakehouse", name));
  finding.label = contract.servers.empty() ? "its contract has no server"
                                           : "its contract has servers of other types only";
  finding.help =
      "in a domain of type `lakehouse` a contract has a server of type `iceberg`, `dremio`, `trino`, "
      "`databricks` or `snowflake`";
  const bool is_other = !contract.servers.empty() && contract.servers.front().type;
  finding.notes.push_back(
      {is_other ? "a server of another type" : "the contract",
       Place{contract.file, is_other ? contract.servers.front().type.at : contract.id.at}});
}

static void check(const Workspace& workspace, Findings& findings) {
  for (const Product& product : workspace.products) {
    if (!is_in_lakehouse(workspace, product.file)) continue;
    findings.within(product.file);
    for (const Port& port : product.outputs) check_port(workspace, port, findings);
  }
}

extern const Rule port_without_server{
    .id = "lakehouse/port-without-server",
    .summary = "in a lakehouse every output port leads to a server that engines query",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::lakehouse
