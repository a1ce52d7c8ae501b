#include "core/config/credential_command.hpp"

#include "core/base/process.hpp"
#include "core/base/secret.hpp"
#include "core/base/strings.hpp"

namespace mesh::config {

Result<std::string> output_of(const Command& command) {
  constexpr size_t kMostBytes = 1 << 20;
  if (command.words.empty() || command.words.front().empty())
    return fail(Fault::usage, "a command for credentials names no program");
  const std::string whose = "the command `" + printable(command.words.front()) + "` for credentials";
  auto ran = run_program(command.words, {}, {command.patience, kMostBytes, command.is_stopped});
  if (!ran) {
    const Error& error = ran.error();
    if (error.fault == Fault::temporary && command.is_stopped && command.is_stopped())
      return pass(std::move(ran));
    // Not to be tried again for minutes.
    const Fault fault = error.fault == Fault::corrupt ? Fault::corrupt : Fault::usage;
    return fail(fault, whose + ": " + error.message);
  }
  if (ran->code == 0) return std::move(ran->out);
  wipe(ran->out);
  return fail(Fault::usage,
              whose + (ran->signal == 0 ? " ended with code " + std::to_string(ran->code)
                                        : " was ended by signal " + std::to_string(ran->signal)),
              "run it by itself to see what it says");
}

}  // namespace mesh::config
