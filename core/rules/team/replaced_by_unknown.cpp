#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mesh::rules::team {

using model::Member;
using model::MemberKey;

static void check(const DocumentDetails& document, Findings& findings) {
  std::vector<std::string> names;  // made for the first that is replaced
  for (const Member& member : document.members) {
    const yaml::Node by = member[MemberKey::replaced_by];
    if (!by.is_string() || by.text().empty() || has_variable(by.text())) continue;
    if (names.empty())
      for (const Member& other : document.members) names.emplace_back(other[MemberKey::username].text());
    if (std::ranges::find(names, by.text()) != names.end()) continue;
    Finding& finding =
        findings.add(by.span(), fmt::format("`{}` is replaced by `{}`, who is no member of the team",
                                            member[MemberKey::username].text(), by.text()));
    constexpr size_t kMany = 200;
    if (const auto near = names.size() < kMany ? nearest(by.text(), names) : std::nullopt)
      finding.label = fmt::format("did you mean `{}`?", *near);
    else
      finding.label = "add the member, or the right `username`";
  }
}

extern const Rule replaced_by_unknown{
    .id = "team/replaced-by-unknown",
    .summary = "who replaces a member is a member",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::team
