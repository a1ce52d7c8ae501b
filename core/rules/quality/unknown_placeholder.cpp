#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mesh::rules::quality {

using model::QualityKey;
using yaml::Node;

namespace {

constexpr std::array<std::string_view, 7> kKnown{"object", "property", "table", "column",
                                                 "schema", "model",    "field"};

// A slip of the pen, not the name of a variable: those are other words, mostly in capitals.
bool is_near_placeholder(std::string_view name) {
  return std::ranges::none_of(name, [](char c) { return c >= 'A' && c <= 'Z'; }) && nearest(name, kKnown);
}

void add(Node query, size_t begin, size_t end, std::string_view name, Findings& findings) {
  const std::string_view written = query.text().substr(begin, end - begin);
  Finding& finding = findings.add(place_within(query, begin, end),
                                  fmt::format("`{}` stands for nothing in a query", written));
  finding.help = "`${object}` is the object of the rule, `${property}` its property";
  const auto near = nearest(to_lower(name), kKnown);
  if (!near) return;
  const std::string right = std::string(written.substr(0, written.find('{') + 1)) + std::string(*near) + "}";
  finding.label = fmt::format("did you mean `{}`?", right);
  const Span at = finding.at.span;
  if (at.end - at.begin == written.size())
    finding.fix = Fix{fmt::format("write `{}`", right), false, {Edit{at, right}}};
}

// `{name}` and `${name}`. Texts in quotes, doubled braces and everything but a single word are the query's
// own business; a variable of another name may be filled in from outside.
void check_query(Node query, Findings& findings) {
  const std::string_view text = query.text();
  bool is_quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'') is_quoted = !is_quoted;
    if (text[i] != '{' || is_quoted) continue;
    if (text.substr(i).starts_with("{{")) {
      const size_t close = text.find("}}", i);
      if (close == std::string_view::npos) return;
      i = close + 1;
      continue;
    }
    const size_t close = text.find('}', i);
    if (close == std::string_view::npos) return;
    const std::string_view name = text.substr(i + 1, close - i - 1);
    const bool is_variable = i > 0 && text[i - 1] == '$';
    if (is_variable_name(name) && !is_placeholder_name(name) && (!is_variable || is_near_placeholder(name)))
      add(query, is_variable ? i - 1 : i, close + 1, name, findings);
    i = close;
  }
}

void check(const ContractDetails& contract, Findings& findings) {
  for (const model::QualityDetails& quality : contract.quality)
    if (const Node query = quality[QualityKey::query]; query.is_string() &&
                                                       quality[QualityKey::type].text() == "sql" &&
                                                       query.text().find('{') != std::string_view::npos)
      check_query(query, findings);
}

}  // namespace

extern const Rule unknown_placeholder{
    .id = "quality/unknown-placeholder",
    .summary = "a query uses the placeholders that exist",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::quality
