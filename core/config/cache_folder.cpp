#include "core/config/cache_folder.hpp"

#include <cstdlib>

namespace mesh::config {

std::string cache_folder() {
  // As the base directory specification says, what is not absolute does not count.
  if (const char* const folder = std::getenv("XDG_CACHE_HOME"); folder && *folder == '/')
    return std::string(folder) + "/mesh";
  if (const char* const home = std::getenv("HOME"); home && *home == '/')
    return std::string(home) + "/.cache/mesh";
  return {};
}

}  // namespace mesh::config
