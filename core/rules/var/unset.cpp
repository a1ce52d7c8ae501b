#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/scalars.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace mesh::rules::var {

using yaml::Node;

static void check_text(Node node, const std::vector<std::string>& known, Findings& findings) {
  const std::string_view text = node.text();
  for (auto variable = next_variable(text, 0); variable; variable = next_variable(text, variable->end)) {
    if (!variable->is_closed || variable->has_default || !is_variable_name(variable->name)) continue;
    if (is_placeholder_name(variable->name)) continue;
    if (std::ranges::binary_search(known, variable->name, std::less<>{})) continue;
    Finding& finding =
        findings.add(place_within(node, variable->begin, variable->end),
                     fmt::format("variable `{}` is not set and has no default", variable->name));
    constexpr size_t kMany = 500;
    const auto near = known.size() < kMany ? nearest(std::string_view(variable->name), known) : std::nullopt;
    finding.label = near ? fmt::format("did you mean `${{{}}}`?", *near)
                         : fmt::format("set it, or write `${{{}:-…}}`", variable->name);
  }
}

static void check(const Document& document, Findings& findings) {
  if (document.has_broken_yaml || !document.has_variables || !document.mesh || !document.mesh->variables)
    return;
  if (document.identified.standard != schema::Standard::odcs &&
      document.identified.standard != schema::Standard::odps)
    return;
  each_with_variable(document.root, {}, [&](Node node, std::string_view key) {
    if (key == "query" || !holds_code(key)) check_text(node, *document.mesh->variables, findings);
  });
}

extern const Rule unset{
    .id = "var/unset",
    .summary = "a variable without a default is known",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::var
