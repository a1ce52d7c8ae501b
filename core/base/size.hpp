#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mesh {

// A number of bytes as people write it: 5000000, 64M, 64MiB (binary units), 50MB (decimal ones), in either
// case. Nothing for anything else, and for what does not fit.
std::optional<uint64_t> parse_size(std::string_view text);

}  // namespace mesh
