#pragma once

#include "core/text/span.hpp"

#include <string_view>

// Where a value ends. yaml-cpp tells only where it begins, so its text is followed through the source.
namespace mesh::yaml {

// The end of the plain scalar at `begin` that was read as `value`, over as many lines as it has.
size_t plain_end(std::string_view text, size_t begin, std::string_view value);

// The end of the block scalar whose `|` or `>` is at `begin`: the end of its last line that is not blank.
size_t block_end(std::string_view text, size_t begin, std::string_view value);

// The end of any scalar, by its first byte.
size_t scalar_end(std::string_view text, size_t begin, std::string_view value);

// One past the bracket that closes a flow collection, from the end of its last child.
size_t flow_end(std::string_view text, size_t at);

}  // namespace mesh::yaml
