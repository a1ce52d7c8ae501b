#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::contract {

using model::ObjectKey;
using model::RootKey;

// Without `schema` a contract may be about servers, roles or service levels alone; what is listed must not be
// empty.
static void check(const ContractDetails& contract, Findings& findings) {
  const yaml::Node schema = contract[RootKey::schema];
  if (schema.is_sequence() && schema.size() == 0) {
    const auto key = contract.node.find_key("schema");
    findings.add(key ? key->span() : schema.span(), "the contract describes no data").label =
        "list its objects, or remove the key";
  }
  for (const model::ObjectDetails& object : contract.objects) {
    if (object.first != object.end || object[ObjectKey::properties].size() > 0) continue;
    const yaml::Node name = object[ObjectKey::name];
    findings
        .add(name.is_null() ? object.node.span() : name.span(),
             fmt::format("{} has no properties", contract.path(object)))
        .label = "list what it holds under `properties`";
  }
}

extern const Rule empty{
    .id = "contract/empty",
    .summary = "what a contract lists is described",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::contract
