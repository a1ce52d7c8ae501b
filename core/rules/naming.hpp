#pragma once

#include <optional>
#include <string_view>

namespace mesh::rules {

enum class Style : unsigned char { snake, camel, pascal, kebab, upper_snake, lower };

// `snake_case`, `camelCase`, `PascalCase`, `kebab-case`, `UPPER_SNAKE_CASE`, `lowercase`.
std::optional<Style> style_named(std::string_view name);

// Whether a whole name is written so. Digits may stand everywhere but in front.
bool is_style(std::string_view name, Style style);

}  // namespace mesh::rules
