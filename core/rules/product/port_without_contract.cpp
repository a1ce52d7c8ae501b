#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::product {

static void check_ports(const std::vector<model::Port>& ports, std::string_view kind, Findings& findings) {
  for (const model::Port& port : ports) {
    if (port.contract_id) continue;
    Finding& finding =
        findings.add(port.name ? port.name.at : port.at,
                     port.name ? fmt::format("{} port `{}` has no contract", kind, port.name.view())
                               : fmt::format("an {} port has no contract", kind));
    finding.label = "add `contractId`";
  }
}

// Up to v1.0.0 the schema asks for the contract of an input port.
static bool inputs_need_contract(const Product& product) {
  for (const std::string_view old : {"v0.9.0", "v1.0.0"})
    if (product.api_version == old) return true;
  return false;
}

static void check(const Product& product, Findings& findings) {
  if (!inputs_need_contract(product)) check_ports(product.inputs, "input", findings);
  check_ports(product.outputs, "output", findings);
}

extern const Rule port_without_contract{
    .id = "product/port-without-contract",
    .summary = "every port has a contract",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::product
