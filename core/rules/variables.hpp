#pragma once

#include "core/text/span.hpp"
#include "core/yaml/tree.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

// `${NAME}` and `${NAME:-default}` in strings (standards section 3).
namespace mesh::rules {

// What a text is cannot be told before its variables are filled in.
bool has_variable(std::string_view text);

struct Variable {
  size_t begin = 0, end = 0;  // of the text, from the `$` to past the `}`
  std::string_view name;      // what stands between the braces, up to `:-`
  bool has_default = false;
  bool is_closed = true;  // false: there is no `}`, and `end` is the end of the text
};

// The first one at or after `from`.
std::optional<Variable> next_variable(std::string_view text, size_t from);

// [A-Za-z_][A-Za-z0-9_]*; other tools have forms of their own, such as `${{ x }}` and `${env.X}`.
bool is_variable_name(std::string_view name);

// What stands for a part of the contract in the SQL of a quality rule.
bool is_placeholder_name(std::string_view name);

// Where a part of a scalar's text stands; the whole scalar when that cannot be told (escapes, folded lines).
Span place_within(yaml::Node scalar, size_t begin, size_t end);

}  // namespace mesh::rules
