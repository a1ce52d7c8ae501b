#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mesh::crypto {

// RFC 4648, section 4, with padding.
std::string base64(std::string_view bytes);

// Strict: nothing but the alphabet, all of the padding, no bits set that say nothing. One text for each
// bytes.
std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace mesh::crypto
