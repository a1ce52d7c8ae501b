#include "core/rules/variables.hpp"

#include <algorithm>
#include <array>

namespace mesh::rules {

bool has_variable(std::string_view text) { return text.find("${") != std::string_view::npos; }

std::optional<Variable> next_variable(std::string_view text, size_t from) {
  const size_t begin = text.find("${", from);
  if (begin == std::string_view::npos) return std::nullopt;
  const size_t close = text.find('}', begin);
  Variable variable;
  variable.begin = begin;
  variable.is_closed = close != std::string_view::npos;
  variable.end = variable.is_closed ? close + 1 : text.size();
  const size_t inner_end = variable.is_closed ? close : text.size();
  variable.name = text.substr(begin + 2, inner_end - begin - 2);
  if (const size_t split = variable.name.find(":-"); split != std::string_view::npos) {
    variable.has_default = true;
    variable.name = variable.name.substr(0, split);
  }
  return variable;
}

bool is_variable_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

bool is_placeholder_name(std::string_view name) {
  // The standard writes object and property; its schema shows table and column, older tools model and field.
  constexpr std::array<std::string_view, 7> kNames{"object", "property", "table", "column",
                                                   "schema", "model",    "field"};
  return std::ranges::find(kNames, name) != kNames.end();
}

Span place_within(yaml::Node scalar, size_t begin, size_t end) {
  const Span whole = scalar.span();
  const size_t written = whole.end - whole.begin, size = scalar.text().size();
  if (written != size && written != size + 2) return whole;
  const auto first = whole.begin + static_cast<uint32_t>(begin + (written == size ? 0 : 1));
  return {first, first + static_cast<uint32_t>(end - begin)};
}

}  // namespace mesh::rules
