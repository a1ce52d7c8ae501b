#pragma once

#include "core/base/date.hpp"
#include "core/rules/rule.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mesh::rules {

// A rule as `mesh rules` lists it: those of the table and those that reading and schemas raise.
struct Listed {
  std::string_view id, summary;
  Level level;
};
const std::vector<Listed>& all_rules();  // sorted by id

// The page of a rule (Markdown), built in.
std::optional<std::string_view> page(std::string_view rule_id);

// What the command line says about rules, and the day that waivers are judged by. Patterns are rule ids or
// globs in which `*` stands for any text.
struct Selection {
  std::vector<std::string> only;              // non-empty: just these, switched on when off
  std::vector<model::LevelSetting> settings;  // from the command line, strongest
  Day today = {};
};

// usage: a glob that matches no rule, with the nearest id.
Result<void> check_selection(const Selection& selection);

// Goes into workspace::Options::on_document: runs the rules that look at one document, where they are not
// off. Nothing is told of a document whose YAML is wrong, nor of a value that its schema refused.
std::function<workspace::Judge(const Workspace&)> document_hook(const Selection& selection);

// Runs the rules over a loaded workspace and gives every finding of the run at its final level, those of
// reading included, which it takes out of the workspace: built-in < mesh.yaml < domain.yaml (loosening only
// what is `overridable`) < command line; where several settings of one place match, levels.hpp says which one
// decides. Findings that are off are gone, those in files that are not reported too. What is waived is marked
// so, and waivers that are not in order are findings of their own. Sorted. What cannot be read or parsed is
// always reported.
std::vector<Finding> run(Workspace& workspace, const Selection& selection, unsigned jobs = 0);

}  // namespace mesh::rules
