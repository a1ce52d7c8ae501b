#include "core/rules/relationships.hpp"

#include <fmt/format.h>

namespace mesh::rules::ref {

using model::Text;

static void compare(const Joined& joined, Findings& findings) {
  if (!is_foreign_key(*joined.relationship)) return;
  for (const Joined::Column& column : joined.columns) {
    // A list of keys holds what its items are.
    const Text& from = unwrapped(*column.from.target.property).logical_type;
    const Text& to = unwrapped(*column.to.target.property).logical_type;
    if (!from || !to || from == to.view() || from == "array" || to == "array") continue;
    const Text& own = column.from.target.property->name;
    const Text& other = column.to.target.property->name;
    Finding& finding =
        findings.add(Place{column.from.contract->file, column.to.at},
                     fmt::format("`{}` is of type `{}`, and `{}` that it refers to of type `{}`", own.view(),
                                 from.view(), column.to_text, to.view()));
    finding.label = "name a column of the same `logicalType`, or correct one of the two";
    finding.notes.push_back({fmt::format("`{}` is of type `{}`", own.view(), from.view()),
                             Place{column.from.contract->file, from.at}});
    finding.notes.push_back({fmt::format("`{}` is of type `{}`", other.view(), to.view()),
                             Place{column.to.contract->file, to.at}});
  }
}

static void check_contract(const Contract& contract, Findings& findings) {
  each_joined(contract, [&](const Joined& joined) { compare(joined, findings); });
}

static void check_workspace(const Workspace& workspace, Findings& findings) {
  each_joined_across(workspace, [&](const Joined& joined) { compare(joined, findings); });
}

extern const Rule relationship_type_mismatch{
    .id = "ref/relationship-type-mismatch",
    .summary = "both ends of a relationship have the same logical type",
    .level = Level::warning,
    .check = {check_contract, check_workspace},
};

}  // namespace mesh::rules::ref
