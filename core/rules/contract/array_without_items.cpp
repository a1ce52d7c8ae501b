#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::contract {

using model::LogicalType;
using model::PropertyKey;

static void check(const ContractDetails& contract, Findings& findings) {
  for (const model::PropertyDetails& property : contract.properties) {
    // `array<string>` says it too.
    if (property.type != LogicalType::array || property.has(PropertyKey::items) ||
        property[PropertyKey::physical_type].text().find('<') != std::string_view::npos)
      continue;
    findings
        .add(property[PropertyKey::logical_type].span(),
             fmt::format("array {} does not say what it holds", contract.path(property)))
        .label = "add `items` with a `logicalType`";
  }
}

extern const Rule array_without_items{
    .id = "contract/array-without-items",
    .summary = "an array says what it holds",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::contract
