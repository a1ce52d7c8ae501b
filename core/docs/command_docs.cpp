#include "core/docs/command_docs.hpp"

#include "core/base/strings.hpp"

#include <algorithm>

namespace mesh::docs {

static bool answers_to(const Command& command, std::string_view name) {
  return command.last_name() == name || std::ranges::find(command.aliases, name) != command.aliases.end();
}

const Command* find(const Program& program, std::string_view name) {
  const std::vector<Command>* commands = &program.commands;
  const Command* found = nullptr;
  for (const std::string_view word : split(name, ' ')) {
    const auto next = std::ranges::find_if(*commands, [&](const Command& c) { return answers_to(c, word); });
    if (next == commands->end()) return nullptr;
    found = &*next;
    commands = &next->commands;
  }
  return found;
}

std::string usage(const Program& program, const Command& command) {
  std::string line = program.name + " " + command.name;
  if (!command.commands.empty()) line += " COMMAND";
  for (const Option& option : command.options)
    if (option.required && !option.is_operand())
      line +=
          " " + (option.long_name.empty() ? option.short_name : option.long_name) + " " + option.value_name;
  line += " [OPTION]...";
  for (const Option& option : command.options) {
    if (!option.is_operand()) continue;
    line += option.required ? " " + option.value_name : " [" + option.value_name + "]";
    if (option.repeatable) line += "...";
  }
  return line;
}

}  // namespace mesh::docs
