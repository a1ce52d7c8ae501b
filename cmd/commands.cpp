#include "cmd/commands.hpp"

namespace mesh::cmd {

std::vector<Command> all_commands() {
  return {
      version(),
      help(),
  };
}

}  // namespace mesh::cmd
