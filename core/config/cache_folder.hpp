#pragma once

#include <string>

namespace mesh::config {

// $XDG_CACHE_HOME/mesh, else ~/.cache/mesh; "" where there is neither. It need not exist.
std::string cache_folder();

}  // namespace mesh::config
