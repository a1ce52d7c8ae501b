#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <string>

namespace mesh::config {

// A file of secrets, which nobody but its owner may read, and which is the user's own (or root's): usage
// otherwise, with what to do. not_found; local_io.
Result<std::string> read_private_file(const std::string& path, uint64_t limit);

// Whether others than its owner may read or write it; false when it is not there.
bool is_open_to_others(const std::string& path);

}  // namespace mesh::config
