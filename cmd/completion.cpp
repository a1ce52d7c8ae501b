#include "cmd/commands.hpp"

#include "cmd/describe.hpp"
#include "core/docs/completion.hpp"

#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags {
  std::string shell;
};

int run(const Flags& flags, Streams& streams) {
  const docs::Program program = describe();
  if (flags.shell == "bash") streams.out << bash_completion(program);
  if (flags.shell == "zsh") streams.out << zsh_completion(program);
  if (flags.shell == "fish") streams.out << fish_completion(program);
  return kOk;
}

}  // namespace

Command completion() {
  const auto flags = std::make_shared<Flags>();
  return {
      .name = "completion",
      .summary = "print the completion script of a shell",
      .group = kMore,
      .options =
          {{"SHELL", "SHELL", "whose script", &flags->shell, {"bash", "zsh", "fish"}, Hint::none, true}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
}

}  // namespace mesh::cmd
