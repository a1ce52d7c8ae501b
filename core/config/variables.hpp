#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace mesh::config {

std::string variable(const char* name);  // "" where it is not set

// The name of a file that the variable holds, "" where it is not set. usage, without showing it, when it is
// the secret itself: variables of pipelines come as files or as they are, and the wrong one is soon chosen.
Result<std::string> file_named_by(const char* name);

// Whether a key or token may be what it is said to be: files of secrets end in a line end, and so does what
// is copied out of them. usage otherwise, without showing it.
Result<void> check_plain(std::string_view name, std::string_view value);

}  // namespace mesh::config
