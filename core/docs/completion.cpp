#include "core/docs/completion.hpp"

namespace mesh::docs {

static void collect(const Command& command, std::vector<const Command*>& all) {
  all.push_back(&command);
  for (const Command& child : command.commands) collect(child, all);
}

std::vector<const Command*> all_commands(const Program& program) {
  std::vector<const Command*> all;
  for (const Command& command : program.commands) collect(command, all);
  return all;
}

std::vector<std::string> names_of(const Option& option) {
  std::vector<std::string> names;
  if (!option.short_name.empty()) names.push_back(option.short_name);
  if (!option.long_name.empty()) names.push_back(option.long_name);
  return names;
}

}  // namespace mesh::docs
