#pragma once

#include "core/text/finding.hpp"

#include <optional>
#include <string_view>

namespace mesh::yaml {

// What the bytes alone tell, before any of them is parsed: size, encoding, control characters, and for YAML
// line ends that are a lone carriage return. The first fault; one linear pass.
std::optional<Finding> check_bytes(std::string_view text, uint64_t size_limit, bool json);

}  // namespace mesh::yaml
