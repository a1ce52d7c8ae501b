#include "cmd/commands.hpp"

namespace mesh::cmd {

std::vector<Command> all_commands() {
  return {
      // Start
      init(),
      adopt(),
      new_(),
      // Check
      validate(),
      explain(),
      rules(),
      // Publish
      plan(),
      publish(),
      status(),
      pull(),
      verify(),
      yank(),
      unyank(),
      rollback(),
      retire(),
      promote(),
      index(),
      gc(),
      trust(),
      // Find
      list(),
      show(),
      search(),
      // More
      schema(),
      doctor(),
      completion(),
      version(),
      help(),
  };
}

}  // namespace mesh::cmd
