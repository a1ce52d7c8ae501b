#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace mesh::config {

std::string variable(const char* name);  // "" where it is not set

// Whether a key or token may be what it is said to be: files of secrets end in a line end, and so does what
// is copied out of them. usage otherwise, without showing it.
Result<void> check_plain(std::string_view name, std::string_view value);

}  // namespace mesh::config
