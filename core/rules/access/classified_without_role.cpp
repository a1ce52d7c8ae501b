#include "core/rules/classification.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::access {

using model::PropertyKey;
using model::ServerKey;

static void check(const ContractDetails& contract, Findings& findings) {
  if (!contract.roles.empty()) return;
  for (const model::ServerDetails& server : contract.servers)
    if (server[ServerKey::roles].size() > 0) return;
  for (const model::PropertyDetails& property : contract.properties) {
    const yaml::Node classification = property[PropertyKey::classification];
    if (!classification.is_string() || !is_protected_class(classification.text())) continue;
    findings
        .add(classification.span(),
             fmt::format("{} is {}, and the contract has no roles that give access to it",
                         contract.path(property), classification.text()))
        .label = "say under `roles` who may see it, and who approves";
    return;  // once a contract
  }
}

extern const Rule classified_without_role{
    .id = "access/classified-without-role",
    .summary = "classified data has roles that give access to it",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::access
