#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/variables.hpp"

#include <optional>
#include <string>

namespace mesh::rules::team {

using model::Member;
using model::MemberKey;
using model::RootKey;

// Owner, Data Product Owner, and how people shorten it.
static bool is_owner(std::string_view role) {
  const std::string lower = to_lower(trim(role));
  return lower.find("owner") != std::string::npos || lower == "dpo" || lower == "po";
}

static void check(const DocumentDetails& document, Findings& findings) {
  if (document.members.empty()) return;
  for (const Member& member : document.members) {
    const std::string_view role = member[MemberKey::role].text();
    if (is_owner(role) || has_variable(role)) return;
  }
  const yaml::Node team = document[RootKey::team];
  const auto name = team.is_mapping() ? team.find("name") : std::nullopt;
  std::optional<yaml::Node> key = document.node.find_key("team");
  if (!key) key = document.node.find_key("stakeholders");
  const Span at = name && name->is_string() ? name->span() : key ? key->span() : team.span();
  findings.add(at, "nobody in the team is its owner").label = "give one member a `role` with `owner` in it";
}

extern const Rule no_owner{
    .id = "team/no-owner",
    .summary = "a team has an owner",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::team
