#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mesh::rules::contract {

using model::LogicalType;
using model::PropertyKey;

// Words for an object that say nothing about its members. Any other physical type says what they are, or that
// there are no fixed ones: `struct<…>`, `json`, a type that the database defines.
static bool says_nothing(std::string_view physical) {
  static constexpr std::array<std::string_view, 7> kPlain{"",    "object",  "struct", "record",
                                                          "row", "message", "dict"};
  return std::ranges::find(kPlain, to_lower(trim(physical))) != kPlain.end();
}

static void check(const ContractDetails& contract, Findings& findings) {
  for (const model::PropertyDetails& property : contract.properties) {
    if (property.type != LogicalType::object) continue;
    const yaml::Node members = property[PropertyKey::properties];
    if (members.is_sequence() && members.size() > 0) continue;
    if (!says_nothing(property[PropertyKey::physical_type].text())) continue;
    findings
        .add(property[PropertyKey::logical_type].span(),
             fmt::format("object {} does not say what it is made of", contract.path(property)))
        .label = "add `properties`";
  }
}

extern const Rule object_without_properties{
    .id = "contract/object-without-properties",
    .summary = "an object says what it is made of",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::contract
