#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::contract {

using model::ObjectKey;
using model::PropertyKey;

static void check(const ContractDetails& contract, Findings& findings) {
  for (const model::ObjectDetails& object : contract.objects) {
    bool has_key = object.first == object.end;  // without properties there is nothing to be a key
    for (uint32_t i = object.first; i < object.end && !has_key; ++i)
      has_key = contract.properties[i][PropertyKey::primary_key].boolean();
    if (has_key) continue;
    const yaml::Node name = object[ObjectKey::name];
    findings
        .add(name.is_null() ? object.node.span() : name.span(),
             fmt::format("{} has no primary key", contract.path(object)))
        .label = "mark what identifies a row with `primaryKey: true`";
  }
}

extern const Rule no_primary_key{
    .id = "contract/no-primary-key",
    .summary = "every object has a primary key",
    .level = Level::off,
    .check = check,
};

}  // namespace mesh::rules::contract
