#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mesh::yaml {

// How a YAML 1.1 parser reads a plain scalar that YAML 1.2 reads otherwise, for a message: "the boolean
// false". Nothing for text that all parsers agree on.
std::optional<std::string> unportable(std::string_view plain);

// 2024-01-31, with or without a time: text in YAML 1.2, a date in 1.1.
bool is_date(std::string_view plain);

}  // namespace mesh::yaml
