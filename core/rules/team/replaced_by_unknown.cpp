#include "core/base/strings.hpp"
#include "core/rules/replacement.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace mesh::rules::team {

using model::Member;
using model::MemberKey;

// The member that was probably meant.
static std::optional<std::string> nearest_member(const DocumentDetails& document, std::string_view name) {
  constexpr size_t kMany = 200;
  if (document.members.size() > kMany) return std::nullopt;
  std::vector<std::string> names;
  for (const Member& member : document.members) names.emplace_back(member[MemberKey::username].text());
  return nearest(name, names);
}

static void check(const DocumentDetails& document, Findings& findings) {
  std::unordered_set<std::string_view> names;  // made for the first that is replaced
  for (const Member& member : document.members) {
    const yaml::Node by = member[MemberKey::replaced_by];
    if (!by.is_string() || by.text().empty() || has_variable(by.text())) continue;
    if (names.empty())
      for (const Member& other : document.members) names.insert(other[MemberKey::username].text());
    if (names.contains(by.text())) continue;
    Finding& finding =
        findings.add(by.span(), fmt::format("`{}` is replaced by `{}`, who is no member of the team",
                                            member[MemberKey::username].text(), by.text()));
    finding.label = "add the member, or the right `username`";
    const auto near = nearest_member(document, by.text());
    if (!near) continue;
    finding.label = fmt::format("did you mean `{}`?", *near);
    finding.fix = replacement(by, *near);
  }
}

extern const Rule replaced_by_unknown{
    .id = "team/replaced-by-unknown",
    .summary = "who replaces a member is a member",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::team
