#include "core/rules/naming.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mesh::rules {

std::optional<Style> style_named(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Style>, 6> kStyles{
      {{"snake_case", Style::snake},
       {"camelCase", Style::camel},
       {"PascalCase", Style::pascal},
       {"kebab-case", Style::kebab},
       {"UPPER_SNAKE_CASE", Style::upper_snake},
       {"lowercase", Style::lower}}};
  for (const auto& [known, style] : kStyles)
    if (known == name) return style;
  return std::nullopt;
}

bool is_style(std::string_view name, Style style) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (name.empty()) return false;
  const bool is_camel = style == Style::camel || style == Style::pascal;
  const bool starts_upper = style == Style::pascal || style == Style::upper_snake;
  if (starts_upper ? !is_upper(name.front()) : !is_lower(name.front())) return false;
  const char separator = style == Style::kebab                                  ? '-'
                         : style == Style::snake || style == Style::upper_snake ? '_'
                                                                                : 0;
  char before = 0;
  for (const char c : name) {
    const bool fits = is_digit(c) || (is_camel       ? is_lower(c) || is_upper(c)
                                      : starts_upper ? is_upper(c)
                                                     : is_lower(c));
    const bool separates = separator != 0 && c == separator && before != separator;
    if (!fits && !separates) return false;
    before = c;
  }
  return separator == 0 || before != separator;
}

}  // namespace mesh::rules
