#pragma once

#include <string>

// Where a user's own files are, as the base directory specification of XDG says.
namespace mesh::config {

// "$XDG_CONFIG_HOME/mesh", else "~/.config/mesh"; "" when the environment says neither.
std::string user_config_folder();

// "$XDG_STATE_HOME/mesh", else "~/.local/state/mesh": what is remembered from run to run.
std::string user_state_folder();

}  // namespace mesh::config
