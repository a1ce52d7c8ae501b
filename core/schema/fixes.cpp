#include "core/schema/fixes.hpp"

#include "core/base/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::schema {
namespace {

using yaml::Kind;
using yaml::Node;

constexpr size_t kLongestQuote = 60;

std::string quoted(std::string_view text) {
  return text.size() > kLongestQuote ? std::string("the value") : "`" + printable(text) + "`";
}

Fix replacing(Span at, std::string_view was, std::string text, bool safe) {
  return {fmt::format("write `{}` for {}", printable(text), quoted(was)), safe, {{at, std::move(text)}}};
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// 12, -3.50: a number that everybody reads and writes in the same way.
bool is_decimal(std::string_view text, bool with_point) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (!is_digits(whole) || (whole.size() > 1 && whole[0] == '0')) return false;
  return point == text.npos || (with_point && is_digits(text.substr(point + 1)));
}

std::optional<Fix> fix_value(const Violation& violation) {
  const Node value = violation.instance;
  if (!value.is_string()) return std::nullopt;
  const std::string lower = to_lower(trim(value.text()));
  const std::string* same = nullptr;
  for (const std::string& known : violation.known) {
    if (to_lower(known) != lower) continue;
    if (same) return std::nullopt;
    same = &known;
  }
  if (same) return replacing(value.span(), value.text(), *same, true);
  if (const auto near = nearest(value.text(), violation.known))
    return replacing(value.span(), value.text(), *near, false);
  return std::nullopt;
}

std::optional<Fix> fix_type(const Violation& violation) {
  const Node value = violation.instance;
  const auto wants = [&](std::string_view type) {
    return violation.expected.find(type) != std::string::npos;
  };
  const std::string_view text = value.text();
  const Span at = value.span();
  if (at.begin == at.end) return std::nullopt;
  const bool is_number = value.kind() == Kind::integer || value.kind() == Kind::number;
  if (wants("string") && is_number)
    return Fix{fmt::format("put {} in quotes", quoted(text)),
               is_decimal(text, true),
               {{at, fmt::format("\"{}\"", text)}}};
  // Without its quotes: the value stands between the first and the last byte.
  const bool is_quoted = value.is_string() && at.end - at.begin == text.size() + 2;
  const bool becomes_number = is_decimal(text, wants("number")) && (wants("integer") || wants("number"));
  const bool becomes_boolean = wants("boolean") && (text == "true" || text == "false");
  if (is_quoted && !wants("string") && (becomes_number || becomes_boolean))
    return Fix{fmt::format("take {} out of its quotes", quoted(text)),
               true,
               {{{at.begin, at.begin + 1}, ""}, {{at.end - 1, at.end}, ""}}};
  if (wants("boolean") && value.is_string() && !is_quoted) {
    const std::string lower = to_lower(text);
    if (lower == "yes" || lower == "on") return replacing(at, text, "true", false);
    if (lower == "no" || lower == "off") return replacing(at, text, "false", false);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Fix> fix_for(const Violation& violation, const std::optional<std::string>& meant) {
  const std::string_view keyword = violation.keyword;
  if (keyword == "enum" || keyword == "const") return fix_value(violation);
  if (keyword == "type" || ((keyword == "anyOf" || keyword == "oneOf") && !violation.expected.empty()))
    return fix_type(violation);
  if (!meant || violation.instance.find(*meant)) return std::nullopt;
  return replacing(violation.at, violation.name, *meant, false);
}

Fix add_v(Node version) {
  return replacing(version.span(), version.text(), fmt::format("v{}", version.text()), true);
}

}  // namespace mesh::schema
