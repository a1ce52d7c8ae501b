#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::contract {

using model::LogicalType;
using model::PropertyDetails;
using model::PropertyKey;

// A map without `map`, `key` or `value` is told by the schema; this is about sides that are there and say
// nothing.
static void check(const ContractDetails& contract, Findings& findings) {
  for (const PropertyDetails& side : contract.properties) {
    if (side.place != PropertyDetails::Place::key && side.place != PropertyDetails::Place::value) continue;
    const PropertyDetails& map = contract.properties[side.parent];
    if (map.type != LogicalType::map || side.has(PropertyKey::logical_type) ||
        side.has(PropertyKey::physical_type))
      continue;
    findings
        .add(map[PropertyKey::logical_type].span(),
             fmt::format("map {} does not say what its {} are", contract.path(map),
                         side.place == PropertyDetails::Place::key ? "keys" : "values"))
        .label = "add a `logicalType` to both sides of `map`";
  }
}

extern const Rule map_incomplete{
    .id = "contract/map-incomplete",
    .summary = "a map says what its keys and values are",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::contract
