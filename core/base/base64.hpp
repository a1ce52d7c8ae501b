#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mesh {

// RFC 4648, with `=` at the end and no line ends.
std::string base64(std::string_view bytes);

// The one way in which some bytes are written: nothing for white space, missing `=`, or bits that say
// nothing.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace mesh
