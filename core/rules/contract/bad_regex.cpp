#include "core/rules/regex_fault.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

namespace mesh::rules::contract {

using model::PropertyKey;

static void check(const ContractDetails& contract, Findings& findings) {
  for (const model::PropertyDetails& property : contract.properties) {
    const yaml::Node options = property[PropertyKey::options];
    if (!options.is_mapping()) continue;
    const auto pattern = options.find("pattern");
    if (!pattern || !pattern->is_string() || has_variable(pattern->text())) continue;
    const auto fault = regex_fault(pattern->text());
    if (!fault) continue;
    Finding& finding = findings.add(
        place_within(*pattern, fault->begin, fault->end),
        fmt::format("the pattern of {} is no regular expression: {}", contract.path(property), fault->what));
    finding.label = fault->advice;
  }
}

extern const Rule bad_regex{
    .id = "contract/bad-regex",
    .summary = "a pattern is a regular expression",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::contract
