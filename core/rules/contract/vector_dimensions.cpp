#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::contract {

using model::LogicalType;
using model::PropertyKey;

static void check(const ContractDetails& contract, Findings& findings) {
  for (const model::PropertyDetails& property : contract.properties) {
    // Options that lack it are told by the schema.
    if (property.type != LogicalType::vector || property.has(PropertyKey::options)) continue;
    findings
        .add(property[PropertyKey::logical_type].span(),
             fmt::format("vector {} does not state its dimensions", contract.path(property)))
        .label = "add `logicalTypeOptions` with `dimensions`";
  }
}

extern const Rule vector_dimensions{
    .id = "contract/vector-dimensions",
    .summary = "a vector states its number of dimensions",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::contract
