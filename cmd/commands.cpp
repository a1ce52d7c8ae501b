#include "cmd/commands.hpp"

namespace mesh::cmd {

std::vector<Command> all_commands() {
  return {
      // Start
      init(),
      // Check
      explain(),
      rules(),
      // More
      schema(),
      completion(),
      version(),
      help(),
  };
}

}  // namespace mesh::cmd
