#include "cmd/commands.hpp"

namespace mesh::cmd {

std::vector<Command> all_commands() {
  return {
      completion(),
      version(),
      help(),
  };
}

}  // namespace mesh::cmd
