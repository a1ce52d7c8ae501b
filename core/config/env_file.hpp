#pragma once

#include "core/base/result.hpp"

#include <string>
#include <vector>

namespace mesh::config {

// The names that a file of `NAME=VALUE` lines sets, as shells and container tools read it: `export ` in
// front, empty lines and `#` comments are fine. Values are not looked at. not_found and local_io: the file;
// usage: a line that is none of these, by its number.
Result<std::vector<std::string>> read_variable_names(const std::string& path);

}  // namespace mesh::config
