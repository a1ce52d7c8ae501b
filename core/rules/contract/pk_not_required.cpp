#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::contract {

using model::PropertyKey;
using yaml::Kind;

// What says that the column may be empty; a null node when nothing does.
static yaml::Node saying_optional(const model::PropertyDetails& property) {
  const yaml::Node required = property[PropertyKey::required], nullable = property[PropertyKey::nullable];
  if (required.kind() == Kind::boolean) return required.boolean() ? yaml::Node{} : required;
  return nullable.boolean() ? nullable : yaml::Node{};
}

static void check(const ContractDetails& contract, Findings& findings) {
  for (const model::PropertyDetails& property : contract.properties) {
    if (!property[PropertyKey::primary_key].boolean()) continue;
    const yaml::Node optional = saying_optional(property);
    if (optional.is_null()) continue;
    Finding& finding = findings.add(
        property[PropertyKey::primary_key].span(),
        fmt::format("{} is part of the primary key and need not have a value", contract.path(property)));
    finding.label = "a key column has a value in every row";
    finding.notes.push_back({"said to be optional here", Place{findings.file(), optional.span()}});
  }
}

extern const Rule pk_not_required{
    .id = "contract/pk-not-required",
    .summary = "columns of a primary key are required",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::contract
