#include "core/rules/rule.hpp"
#include "core/rules/scalars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace mesh::rules::var {

using yaml::Node;

// The schema has told that a text stands where a number or a flag belongs. That it is a variable is the
// cause: the finding becomes one of this rule.
static void check(const Document& document, Findings& findings) {
  const auto is_type_error = [](const Finding& finding) { return finding.rule == "schema/type"; };
  auto& all = findings.all();
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(document.first_finding);
  if (std::none_of(first, all.end(), is_type_error) || !document.has_variables) return;
  std::unordered_map<uint32_t, std::pair<Node, std::string_view>> variables;  // by their place
  each_with_variable(document.root, {}, [&](Node node, std::string_view key) {
    variables.try_emplace(node.span().begin, node, key);
  });
  for (auto finding = first; finding != all.end(); ++finding) {
    const auto found = variables.find(finding->at.span.begin);
    if (found == variables.end() || !is_type_error(*finding)) continue;
    const auto& [node, key] = found->second;
    finding->rule = findings.rule();
    finding->level = findings.level();
    finding->message = fmt::format("the variable `{}` stands for `{}`, which is no text", node.text(), key);
    finding->label = "variables are filled into texts only: write the value";
    finding->help.clear();
  }
}

extern const Rule in_non_string{
    .id = "var/in-non-string",
    .summary = "variables stand in text only",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::var
