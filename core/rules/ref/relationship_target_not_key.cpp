#include "core/rules/relationships.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::rules::ref {

using model::Property;

static bool is_key(const Property& property) {
  return property.primary_key.value_or(false) || property.unique.value_or(false);
}

// The only column of an object that is a key; nullptr when there is none, or a choice.
static const Property* only_key(const model::SchemaObject& object) {
  const Property* key = nullptr;
  for (const Property& property : object.properties) {
    if (!is_key(property)) continue;
    if (key) return nullptr;
    key = &property;
  }
  return key && key->name ? key : nullptr;
}

static void look(const Joined& joined, Findings& findings) {
  if (!is_foreign_key(*joined.relationship)) return;
  // One unique column among several makes the row unique.
  const auto is_unique = [](const Joined::Column& column) {
    return column.to.target.property->unique.value_or(false);
  };
  const auto is_no_key = [](const Joined::Column& column) { return !is_key(*column.to.target.property); };
  const auto column = std::ranges::find_if(joined.columns, is_no_key);
  if (column == joined.columns.end() || std::ranges::any_of(joined.columns, is_unique)) return;
  const Property& target = *column->to.target.property;
  Finding& finding = findings.add(Place{column->from.contract->file, column->to.at},
                                  fmt::format("`{}` is neither a primary key nor unique", column->to_text));
  const Property* const key = only_key(*column->to.target.object);
  if (key && joined.columns.size() == 1)
    finding.label =
        fmt::format("the key of `{}` is `{}`", column->to.target.object->name.view(), key->name.view());
  finding.help =
      "a foreign key leads to one row: say `primaryKey: true` or `unique: true` there, or name another "
      "column";
  finding.notes.push_back(
      {"the column it leads to", Place{column->to.contract->file, target.name ? target.name.at : target.at}});
}

static void check_contract(const Contract& contract, Findings& findings) {
  each_joined(contract, [&](const Joined& joined) { look(joined, findings); });
}

static void check_workspace(const Workspace& workspace, Findings& findings) {
  each_joined_across(workspace, [&](const Joined& joined) { look(joined, findings); });
}

extern const Rule relationship_target_not_key{
    .id = "ref/relationship-target-not-key",
    .summary = "a foreign key leads to a key",
    .level = Level::warning,
    .check = {check_contract, check_workspace},
};

}  // namespace mesh::rules::ref
