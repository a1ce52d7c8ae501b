#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::contract {

using model::ObjectKey;
using model::RootKey;

// What is still being written may be empty.
static bool is_begun(std::string_view status) { return status == "draft" || status == "proposed"; }

static void check(const ContractDetails& contract, Findings& findings) {
  if (is_begun(contract[RootKey::status].text())) return;
  const yaml::Node schema = contract[RootKey::schema];
  if (contract.objects.empty()) {
    if (!schema.is_null() && (!schema.is_sequence() || schema.size() > 0))
      return;  // the schema says what is wrong
    if (!contract.node.is_mapping() || contract.node.size() == 0) return;
    const auto key = contract.node.find_key("schema");
    findings.add(key ? key->span() : contract.node.key(0).span(), "the contract describes no data").label =
        "list its objects under `schema`";
    return;
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
    .summary = "a contract describes data",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::contract
