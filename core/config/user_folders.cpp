#include "core/config/user_folders.hpp"

#include <cstdlib>

namespace mesh::config {

// What is not absolute does not count.
static std::string absolute_of(const char* variable) {
  const char* const value = std::getenv(variable);
  return value && *value == '/' ? value : "";
}

static std::string folder(const char* variable, const char* below_home) {
  if (const std::string own = absolute_of(variable); !own.empty()) return own + "/mesh";
  if (const std::string home = absolute_of("HOME"); !home.empty()) return home + below_home;
  return {};
}

std::string user_config_folder() { return folder("XDG_CONFIG_HOME", "/.config/mesh"); }
std::string user_state_folder() { return folder("XDG_STATE_HOME", "/.local/state/mesh"); }

}  // namespace mesh::config
