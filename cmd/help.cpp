#include "cmd/commands.hpp"

#include "cmd/describe.hpp"
#include "core/base/strings.hpp"
#include "core/docs/help.hpp"

#include <algorithm>
#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags {
  std::vector<std::string> names;
};

Error unknown_name(const docs::Program& program, const std::string& name) {
  std::vector<std::string> known;
  for (const docs::Command& command : program.commands) known.push_back(command.name);
  for (const docs::Topic& topic : program.topics) known.push_back(topic.name);
  const auto near = nearest(name, known);
  return {Fault::usage, "there is no command or topic `" + name + "`",
          (near ? "did you mean `mesh help " + *near + "`? " : "") +
              std::string("`mesh help` lists what there is")};
}

int run(const Flags& flags, Streams& streams) {
  const docs::Program program = describe();
  const docs::Style style{streams.width, 0, streams.color_out};
  if (flags.names.empty()) {
    streams.out << program_help(program, style);
    return kOk;
  }
  const std::string name = join(flags.names, " ");
  if (const docs::Command* command = docs::find(program, name)) {
    streams.out << command_help(program, *command, style);
    return kOk;
  }
  const auto topic = std::ranges::find(program.topics, name, &docs::Topic::name);
  if (topic == program.topics.end()) return fail(streams, unknown_name(program, name));
  streams.out << topic_help(*topic, style);
  return kOk;
}

}  // namespace

Command help() {
  const auto flags = std::make_shared<Flags>();
  return {
      .name = "help",
      .summary = "explain a command or a topic",
      .group = kMore,
      .options = {{"NAME",
                   "NAME",
                   "a command (`validate`, `new domain`) or a topic (`exit-codes`)",
                   &flags->names,
                   {},
                   Hint::command}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
}

}  // namespace mesh::cmd
