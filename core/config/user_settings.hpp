#pragma once

#include "core/base/result.hpp"

#include <map>
#include <string>
#include <string_view>

// What one user wants of every mesh: `$XDG_CONFIG_HOME/mesh/config.yaml`, else `~/.config/mesh/config.yaml`.
// Weaker than the command line, the environment and mesh.yaml.
namespace mesh::config {

// The file that holds the user's settings; "" when the environment does not say where a user's files are.
std::string user_settings_path();

// Where this user's runs keep what they may lose (`$XDG_STATE_HOME/mesh`, else `~/.local/state/mesh`); ""
// when the environment does not say.
std::string user_state_folder();

// Values as written, under the names of settings: `color`, `jobs`. Empty when there is no such file.
// usage: it is no mapping of known names to plain values; told with line and column.
using UserSettings = std::map<std::string, std::string, std::less<>>;
Result<UserSettings> read_user_settings(const std::string& path);

}  // namespace mesh::config
