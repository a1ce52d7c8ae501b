#include "cmd/commands.hpp"

#include "cmd/describe.hpp"
#include "core/base/strings.hpp"
#include "core/docs/completion.hpp"
#include "core/docs/help.hpp"
#include "core/docs/man.hpp"
#include "core/docs/table.hpp"

#include <algorithm>
#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags {
  std::vector<std::string> names;
  std::string format = "text";
};

Error unknown_name(const docs::Program& program, const std::string& name) {
  std::vector<std::string> known;
  for (const docs::Command* command : docs::all_commands(program)) known.push_back(command->name);
  for (const docs::Topic& topic : program.topics) known.push_back(topic.name);
  const auto near = nearest(name, known);
  return {Fault::usage, "there is no command or topic `" + name + "`",
          (near ? "did you mean `mesh help " + *near + "`? " : "") +
              std::string("`mesh help` lists what there is")};
}

int run(const Flags& flags, Streams& streams) {
  const docs::Program program = describe();
  const docs::Style style{streams.width, 0, streams.color_out};
  const std::string name = join(flags.names, " ");
  const docs::Command* command = docs::find(program, name);
  const auto topic = std::ranges::find(program.topics, name, &docs::Topic::name);
  const bool is_topic = topic != program.topics.end();
  if (!name.empty() && !command && !is_topic) return fail(streams, unknown_name(program, name));

  // The table and mesh(1) hold every topic.
  if (flags.format == "json")
    streams.out << command_table(program);
  else if (flags.format == "man")
    streams.out << (command ? command_man(program, *command) : program_man(program));
  else if (command)
    streams.out << command_help(program, *command, style);
  else if (is_topic)
    streams.out << topic_help(*topic, style);
  else
    streams.out << program_help(program, style);
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
                   Hint::command},
                  {"--format", "NAME", "how to print it", &flags->format, {"text", "json", "man"}}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
}

}  // namespace mesh::cmd
