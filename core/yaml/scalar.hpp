#pragma once

#include "core/yaml/tree.hpp"

#include <optional>
#include <string_view>

namespace mesh::yaml {

// The type of a plain scalar under the YAML 1.2 core schema (YAML 1.2.2, section 10.3.2): null ~ true false,
// decimal, 0o17, 0x1f, floats, .inf, .nan; everything else is a string (`no`, dates, `1_000`).
Kind core_kind(std::string_view plain);

// The value of what core_kind calls integer (when it fits) or number.
std::optional<int64_t> integer_value(std::string_view plain);
double number_value(std::string_view plain);

}  // namespace mesh::yaml
