#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mesh::rules::access {

using model::RoleDetails;
using model::RoleKey;
using model::ServerKey;
using yaml::Node;

namespace {

// Entries are roles in full, or names alone.
Node name_of(Node entry) { return entry.is_mapping() ? entry.find("role").value_or(Node{}) : entry; }

void check(const ContractDetails& contract, Findings& findings) {
  if (contract.roles.empty()) return;  // then a server's roles are its own
  std::vector<std::string> known;
  for (const model::ServerDetails& server : contract.servers) {
    const Node roles = server[ServerKey::roles];
    if (!roles.is_sequence()) continue;
    if (known.empty())
      for (const RoleDetails& role : contract.roles) known.emplace_back(role[RoleKey::role].text());
    for (uint32_t i = 0; i < roles.size(); ++i) {
      const Node name = name_of(roles.item(i));
      if (!name.is_string() || has_variable(name.text()) ||
          std::ranges::find(known, name.text()) != known.end())
        continue;
      Finding& finding =
          findings.add(name.span(), fmt::format("server `{}` has role `{}`, which is no role of the contract",
                                                server[ServerKey::name].text(), name.text()));
      constexpr size_t kMany = 200;
      if (const auto near = known.size() < kMany ? nearest(name.text(), known) : std::nullopt)
        finding.label = fmt::format("did you mean `{}`?", *near);
      else
        finding.label = "list it under the contract's `roles`";
    }
  }
}

}  // namespace

extern const Rule role_unknown{
    .id = "access/role-unknown",
    .summary = "the roles of a server are roles of the contract",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::access
