#include "core/rules/primary_key.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::rules::contract {

using model::PropertyKey;

static void check(const ContractDetails& contract, Findings& findings) {
  for (const model::PrimaryKey& key : contract.primary_keys) {
    if (key.columns.size() < 2) continue;
    const auto bare = std::ranges::find_if(key.columns, [&](uint32_t column) {
      return !position_of(contract.properties[column][PropertyKey::primary_key_position]);
    });
    if (bare == key.columns.end()) continue;
    const model::PropertyDetails& property = contract.properties[*bare];
    findings
        .add(property[PropertyKey::primary_key].span(),
             fmt::format("{} is part of a key of {} columns and has no position in it",
                         contract.path(property), key.columns.size()))
        .label = "add `primaryKeyPosition`";
  }
}

extern const Rule pk_composite_without_position{
    .id = "contract/pk-composite-without-position",
    .summary = "every column of a composite primary key has a position",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::contract
