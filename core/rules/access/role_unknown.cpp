#include "core/base/strings.hpp"
#include "core/rules/replacement.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <vector>

namespace mesh::rules::access {

using model::RoleDetails;
using model::RoleKey;
using model::ServerKey;
using yaml::Node;

namespace {

// Entries are roles in full, or names alone.
Node name_of(Node entry) { return entry.is_mapping() ? entry.find("role").value_or(Node{}) : entry; }

void add(Node name, const model::ServerDetails& server, const std::set<std::string_view>& known,
         Findings& findings) {
  Finding& finding =
      findings.add(name.span(), fmt::format("server `{}` has role `{}`, which is no role of the contract",
                                            server[ServerKey::name].text(), name.text()));
  finding.label = "list it under the contract's `roles`";
  constexpr size_t kMany = 200;
  if (known.size() > kMany) return;
  const auto near = nearest(name.text(), std::vector<std::string_view>(known.begin(), known.end()));
  if (!near) return;
  finding.label = fmt::format("did you mean `{}`?", *near);
  finding.fix = replacement(name, *near);
}

void check(const ContractDetails& contract, Findings& findings) {
  if (contract.roles.empty()) return;  // then a server's roles are its own
  std::set<std::string_view> known;
  for (const model::ServerDetails& server : contract.servers) {
    const Node roles = server[ServerKey::roles];
    if (!roles.is_sequence()) continue;
    if (known.empty())
      for (const RoleDetails& role : contract.roles) known.insert(role[RoleKey::role].text());
    for (uint32_t i = 0; i < roles.size(); ++i)
      if (const Node name = name_of(roles.item(i));
          name.is_string() && !has_variable(name.text()) && !known.contains(name.text()))
        add(name, server, known, findings);
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
