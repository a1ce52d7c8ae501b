#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/scalars.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

namespace mesh::rules::var {

using yaml::Node;

static bool knows_variables(const Document& document) {
  return document.identified.standard == schema::Standard::odcs ||
         document.identified.standard == schema::Standard::odps;
}

static void check_text(Node node, Findings& findings) {
  const std::string_view text = node.text();
  for (auto variable = next_variable(text, 0); variable; variable = next_variable(text, variable->end)) {
    if (variable->is_closed && !trim(variable->name).empty()) continue;
    const std::string_view written = text.substr(variable->begin, variable->end - variable->begin);
    Finding& finding =
        findings.add(place_within(node, variable->begin, variable->end),
                     variable->is_closed ? fmt::format("`{}` names no variable", written)
                                         : fmt::format("the variable `{}` has no end", written));
    finding.label = variable->is_closed ? "write it as `${NAME}`" : "close it with `}`";
  }
}

static void check(const Document& document, Findings& findings) {
  if (document.has_broken_yaml || !document.has_variables || !knows_variables(document)) return;
  each_with_variable(document.root, {}, [&](Node node, std::string_view key) {
    if (!holds_code(key)) check_text(node, findings);
  });
}

extern const Rule malformed{
    .id = "var/malformed",
    .summary = "a variable is written ${NAME} or ${NAME:-default}",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::var
