#include "core/rules/primary_key.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::contract {

using model::PropertyKey;

static void check(const ContractDetails& contract, Findings& findings) {
  for (const model::PropertyDetails& property : contract.properties) {
    const yaml::Node position = property[PropertyKey::primary_key_position];
    if (property[PropertyKey::primary_key].boolean() || !position_of(position)) continue;
    findings
        .add(position.span(), fmt::format("{} has position {} in the primary key but is not part of it",
                                          contract.path(property), position.text()))
        .label = "add `primaryKey: true`, or remove the position";
  }
}

extern const Rule pk_position_without_pk{
    .id = "contract/pk-position-without-pk",
    .summary = "only columns of the primary key have a position in it",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::contract
