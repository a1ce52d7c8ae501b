#include "cmd/commands.hpp"

namespace mesh::cmd {

std::vector<Command> all_commands() {
  return {
      init(),
      completion(),
      version(),
      help(),
  };
}

}  // namespace mesh::cmd
