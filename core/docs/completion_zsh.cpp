#include "core/docs/completion.hpp"

#include "core/base/strings.hpp"

namespace mesh::docs {
namespace {

// clang-format off
constexpr std::string_view kStart = R"sh(#compdef mesh
# Completion of mesh for zsh, written by `mesh completion zsh`.

_mesh_rules() {
  local -a ids
  ids=(${(f)"$(_call_program rules mesh rules --format concise 2>/dev/null | cut -f1)"})
  compadd -a ids
}

_mesh_products() {
  local -a products
  products=(${(f)"$(_call_program products mesh list --format concise 2>/dev/null | cut -f1)"})
  compadd -a products
}

)sh";
// clang-format on

// Brackets and colons end a description.
std::string description(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string action(const Option& option, const Program& program) {
  if (!option.choices.empty()) return "(" + join(option.choices, " ") + ")";
  switch (option.hint) {
    case Hint::file:
      return "_files";
    case Hint::folder:
    case Hint::target:
      return "_files -/";
    case Hint::rule:
      return "_mesh_rules";
    case Hint::product:
      return "_mesh_products";
    case Hint::command: {
      std::vector<std::string> names;
      for (const Command& command : program.commands) names.push_back(command.name);
      for (const Topic& topic : program.topics) names.push_back(topic.name);
      return "(" + join(names, " ") + ")";
    }
    case Hint::none:
    case Hint::standard:
      break;
  }
  return " ";
}

std::string spec(const Option& option, const Program& program) {
  const std::string value = option.value_name.empty()
                                ? ""
                                : (option.value_may_lack ? "::" : ":") + description(option.value_name) +
                                      ":" + action(option, program);
  if (option.is_operand())
    return shell_quoted((option.repeatable ? "*" : option.required ? "" : ":") + value);
  const std::string text = "[" + description(option.help) + "]" + value;
  const std::vector<std::string> names = names_of(option);
  if (option.repeatable) return shell_quoted("*" + names.back() + text);
  if (names.size() == 1) return shell_quoted(names[0] + (option.value_may_lack ? "=-" : "") + text);
  return shell_quoted("(" + join(names, " ") + ")") + "{" + join(names, ",") + "}" + shell_quoted(text);
}

std::string function_name(std::string_view command) {
  std::string name = "_mesh";
  for (const std::string_view word : split(command, ' ')) name += "_" + std::string(word);
  return name;
}

std::string specs(const std::vector<Option>& options, const Program& program) {
  std::string out;
  for (const Option& option : options) out += " \\\n    " + spec(option, program);
  return out;
}

// Offers the names of `commands`, then leaves the rest of the line to the chosen one's function.
std::string choose(const std::vector<Command>& commands, const std::vector<Option>& options,
                   const Program& program) {
  std::string out = "  local curcontext=\"$curcontext\" state line\n  typeset -A opt_args\n  _arguments -C" +
                    specs(options, program) +
                    " \\\n    '1:command:->command' \\\n    '*::argument:->argument'\n";
  out += "  case $state in\n    command)\n      local -a commands\n      commands=(\n";
  for (const Command& command : commands)
    out += "        " + shell_quoted(description(command.last_name()) + ":" + command.summary) + "\n";
  out += "      )\n      _describe command commands\n      ;;\n    argument)\n      case $line[1] in\n";
  for (const Command& command : commands) {
    out += "        " + std::string(command.last_name());
    for (const std::string& alias : command.aliases) out += "|" + alias;
    out += ") " + function_name(command.name) + " ;;\n";
  }
  return out + "      esac\n      ;;\n  esac\n";
}

}  // namespace

std::string zsh_completion(const Program& program) {
  std::string out(kStart);
  for (const Command* command : all_commands(program)) {
    std::vector<Option> options = command->options;
    options.insert(options.end(), program.options.begin(), program.options.end());
    out += function_name(command->name) + "() {\n";
    out += command->commands.empty() ? "  _arguments -s" + specs(options, program) + "\n"
                                     : choose(command->commands, options, program);
    out += "}\n\n";
  }
  out += "_mesh() {\n" + choose(program.commands, program.options, program) + "}\n\n";
  // Sourced by hand it registers itself; found in $fpath it is the function's own body.
  return out + "if [[ $funcstack[1] == _mesh ]]; then\n  _mesh \"$@\"\nelse\n  compdef _mesh mesh\nfi\n";
}

}  // namespace mesh::docs
