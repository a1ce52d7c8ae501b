#include "core/docs/completion.hpp"

#include "core/base/strings.hpp"

namespace mesh::docs {
namespace {

// fish knows \' inside single quotes, and a backslash needs one too.
std::string quote(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string words_of(const Command& command) {
  std::string words(command.last_name());
  for (const std::string& alias : command.aliases) words += " " + alias;
  return words;
}

std::string seen(const std::string& words) { return "__fish_seen_subcommand_from " + words; }

std::string offer(const Option& option, const Program& program) {
  if (!option.choices.empty()) return " -x -a " + quote(join(option.choices, " "));
  switch (option.hint) {
    case Hint::file:
      return " -r -F";
    case Hint::folder:
    case Hint::target:
      return " -x -a '(__fish_complete_directories)'";
    case Hint::rule:
      return " -x -a '(mesh rules --format concise 2>/dev/null | cut -f1)'";
    case Hint::product:
      return " -x -a '(mesh list --format concise 2>/dev/null | cut -f1)'";
    case Hint::command: {
      std::vector<std::string> names;
      for (const Command& command : program.commands) names.push_back(command.name);
      for (const Topic& topic : program.topics) names.push_back(topic.name);
      return " -x -a " + quote(join(names, " "));
    }
    case Hint::none:
    case Hint::standard:
      break;
  }
  return " -x";
}

std::string line(const std::string& condition, const Option& option, const Program& program) {
  std::string out = "complete -c mesh";
  if (!condition.empty()) out += " -n " + quote(condition);
  if (option.is_operand()) return out + offer(option, program) + "\n";
  if (!option.short_name.empty()) out += " -s " + option.short_name.substr(1);
  if (!option.long_name.empty()) out += " -l " + option.long_name.substr(2);
  if (!option.value_name.empty() && !option.value_may_lack) out += offer(option, program);
  return out + " -d " + quote(option.help) + "\n";
}

void add(const Command& command, const std::string& parents, const Program& program, std::string& out) {
  const std::string condition = (parents.empty() ? "" : parents + "; and ") + seen(words_of(command));
  for (const Option& option : command.options) out += line(condition, option, program);
  if (command.commands.empty()) return;
  std::string names;
  for (const Command& child : command.commands) names += (names.empty() ? "" : " ") + words_of(child);
  for (const Command& child : command.commands)
    out += "complete -c mesh -n " + quote(condition + "; and not " + seen(names)) + " -a " +
           std::string(child.last_name()) + " -d " + quote(child.summary) + "\n";
  for (const Command& child : command.commands) add(child, condition, program, out);
}

}  // namespace

std::string fish_completion(const Program& program) {
  std::string out =
      "# Completion of mesh for fish, written by `mesh completion fish`.\ncomplete -c mesh -f\n";
  for (const Option& option : program.options) out += line("", option, program);
  out += "complete -c mesh -n __fish_use_subcommand -l version -d 'print the version'\n";
  for (const Command& command : program.commands)
    out += "complete -c mesh -n __fish_use_subcommand -a " + std::string(command.last_name()) + " -d " +
           quote(command.summary) + "\n";
  for (const Command& command : program.commands) add(command, "", program, out);
  return out;
}

}  // namespace mesh::docs
