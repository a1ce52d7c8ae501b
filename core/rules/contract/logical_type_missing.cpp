#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::contract {

using model::LogicalType;
using model::PropertyKey;

static void check(const ContractDetails& contract, Findings& findings) {
  for (const model::PropertyDetails& property : contract.properties) {
    if (property.has(PropertyKey::logical_type)) continue;
    const yaml::Node name = property[PropertyKey::name];
    findings
        .add(name.is_null() ? property.node.span() : name.span(),
             fmt::format("{} has no logical type", contract.path(property)))
        .label = "add `logicalType`";
  }
}

extern const Rule logical_type_missing{
    .id = "contract/logical-type-missing",
    .summary = "every property states its logical type",
    .level = Level::off,
    .check = check,
};

}  // namespace mesh::rules::contract
