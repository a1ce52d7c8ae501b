#include "core/rules/dates.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::team {

using model::MemberKey;

static void check(const DocumentDetails& document, Findings& findings) {
  for (const model::Member& member : document.members) {
    const yaml::Node in = member[MemberKey::date_in], out = member[MemberKey::date_out];
    if (!in.is_string() || !out.is_string()) continue;
    const auto joined = parse_moment(in.text()), left = parse_moment(out.text());
    if (!joined || !left || !left->is_before(*joined)) continue;
    Finding& finding =
        findings.add(out.span(), fmt::format("`{}` leaves the team on {}, before joining it on {}",
                                             member[MemberKey::username].text(), out.text(), in.text()));
    finding.label = "not before `dateIn`";
    finding.notes.push_back({"joins here", Place{findings.file(), in.span()}});
  }
}

extern const Rule dates_inverted{
    .id = "team/dates-inverted",
    .summary = "nobody leaves a team before joining it",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::team
