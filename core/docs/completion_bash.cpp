#include "core/docs/completion.hpp"

#include "core/base/strings.hpp"

namespace mesh::docs {
namespace {

constexpr std::string_view kStart = R"sh(# Completion of mesh for bash, written by `mesh completion bash`.

_mesh_words() {
  mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_mesh_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}

_mesh_rules() {
  _mesh_words "$(mesh rules --format concise 2>/dev/null | cut -f1)"
}

_mesh_products() {
  _mesh_words "$(mesh list --format concise 2>/dev/null | cut -f1)"
}

_mesh() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= word operands=0 i
  COMPREPLY=()
  # bash cuts `--format=json` into three words.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    case "$command:$word" in
)sh";

constexpr std::string_view kMiddle = R"sh(      *:-* | *:=) ;;
      *) operands=$((operands + 1)) ;;
    esac
  done
  case "$command:$prev" in
)sh";

constexpr std::string_view kEnd = R"sh(  esac
}

complete -F _mesh mesh
)sh";

std::string action(const Option& option) {
  if (!option.choices.empty()) return "_mesh_words " + shell_quoted(join(option.choices, " "));
  switch (option.hint) {
    case Hint::file:
      return "_mesh_files -f";
    case Hint::folder:
    case Hint::target:
      return "_mesh_files -d";
    case Hint::rule:
      return "_mesh_rules";
    case Hint::product:
      return "_mesh_products";
    case Hint::none:
    case Hint::standard:
    case Hint::command:
      break;
  }
  return ":";
}  // namespace mesh::docs

std::string command_names(const std::vector<Command>& commands) {
  std::vector<std::string> names;
  for (const Command& command : commands) names.emplace_back(command.last_name());
  return join(names, " ");
}

// "validate:--format" | "validate:-f": the patterns of one option of one command ("*": of all).
std::string patterns(std::string_view command, const Option& option) {
  std::string out;
  for (const std::string& name : names_of(option)) {
    if (!out.empty()) out += " | ";
    out += command == "*" ? "*:" + name : "\"" + std::string(command) + ":" + name + "\"";
  }
  return out;
}

std::string skip_value(std::string_view command, const Option& option) {
  if (option.is_operand() || option.value_name.empty() || option.value_may_lack) return {};
  return "      " + patterns(command, option) +
         ") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;\n";
}

std::string offer_value(std::string_view command, const Option& option) {
  if (option.is_operand() || option.value_name.empty() || option.value_may_lack) return {};
  return "    " + patterns(command, option) + ") " + action(option) + "; return ;;\n";
}

std::string enter(const Command& command) {
  const size_t space = command.name.rfind(' ');
  const std::string parent = space == std::string::npos ? "" : command.name.substr(0, space);
  std::string out = "      \"" + parent + ":" + std::string(command.last_name()) + "\"";
  for (const std::string& alias : command.aliases) out += " | \"" + parent + ":" + alias + "\"";
  return out + ") command=\"" + command.name + "\" operands=0 ;;\n";
}

std::string option_words(const Program& program, const std::vector<Option>& options) {
  std::vector<std::string> words;
  for (const auto* list : {&options, &program.options})
    for (const Option& option : *list)
      for (std::string& name : names_of(option)) words.push_back(std::move(name));
  return join(words, " ");
}

std::string offer_operands(const Command& command, const std::string& commands) {
  if (!command.commands.empty())
    return "    \"" + command.name + ":\"*) _mesh_words " + shell_quoted(command_names(command.commands)) +
           " ;;\n";
  std::string out;
  size_t at = 0;
  for (const Option& option : command.options) {
    if (!option.is_operand()) continue;
    const std::string place = option.repeatable ? "\"*" : std::to_string(at++) + "\"";
    const std::string what =
        option.hint == Hint::command ? "_mesh_words " + shell_quoted(commands) : action(option);
    out += "    \"" + command.name + ":" + place + ") " + what + " ;;\n";
  }
  return out;
}

}  // namespace

std::string bash_completion(const Program& program) {
  const std::vector<const Command*> commands = all_commands(program);
  std::string out(kStart);
  for (const Option& option : program.options) out += skip_value("*", option);
  for (const Command* command : commands)
    for (const Option& option : command->options) out += skip_value(command->name, option);
  for (const Command* command : commands) out += enter(*command);
  out += kMiddle;
  for (const Option& option : program.options) out += offer_value("*", option);
  for (const Command* command : commands)
    for (const Option& option : command->options) out += offer_value(command->name, option);
  out += "  esac\n  if [[ $cur == -* ]]; then\n    case \"$command\" in\n";
  for (const Command* command : commands)
    out += "      \"" + command->name + "\") _mesh_words " +
           shell_quoted(option_words(program, command->options)) + " ;;\n";
  out += "      *) _mesh_words " + shell_quoted(option_words(program, {}) + " --version") + " ;;\n";
  out += "    esac\n    return\n  fi\n  case \"$command:$operands\" in\n";
  const std::string names = command_names(program.commands);
  out += "    :0) _mesh_words " + shell_quoted(names) + " ;;\n";
  std::vector<std::string> topics;
  for (const Topic& topic : program.topics) topics.push_back(topic.name);
  for (const Command* command : commands) out += offer_operands(*command, names + " " + join(topics, " "));
  return out + std::string(kEnd);
}

}  // namespace mesh::docs
