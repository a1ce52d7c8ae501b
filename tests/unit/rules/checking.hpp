#pragma once

#include "core/rules/engine.hpp"

#include <doctest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

// A whole run over files, as `mesh validate` does it.
namespace mesh::test {

struct Checked {
  workspace::Workspace workspace;
  std::vector<Finding> findings;

  Position position(const Finding& finding) const {
    const auto source = workspace.source(finding.at.file);
    return source ? source->position(finding.at.span.begin) : Position{};
  }
  // "rule at path:line:column: message", one a line.
  std::string told() const {
    std::string text;
    for (const Finding& finding : findings) {
      const Position at = position(finding);
      text += std::string(name_of(finding.level)) + " " + std::string(finding.rule) + " at " +
              workspace.files[finding.at.file].key + ":" + std::to_string(at.line) + ":" +
              std::to_string(at.column) + ": " + finding.message + "\n";
    }
    return text;
  }
};

// The day of all unit tests that do not say another.
inline constexpr std::string_view kToday = "2026-06-01";

using Load = std::function<Result<workspace::Workspace>(const workspace::Options&)>;

inline Checked check_paths(
    std::vector<std::string> paths, rules::Selection selection = {},
    const Load& load = [](const workspace::Options& options) { return workspace::load(options); }) {
  if (selection.today == Day{}) selection.today = *parse_day(kToday);
  workspace::Options options;
  options.paths = std::move(paths);
  options.jobs = 1;
  options.on_document = rules::document_hook(selection);
  auto workspace = load(options);
  REQUIRE(workspace);
  Checked checked{std::move(*workspace), {}};
  checked.findings = rules::run(checked.workspace, selection, 1);
  return checked;
}

}  // namespace mesh::test
