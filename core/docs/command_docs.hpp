#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What help texts, man pages and completions need to know of the command line. The commands' own records fill
// it in, so that all of them say the same.
namespace mesh::docs {

enum class Hint : uint8_t { none, file, folder, rule, target, standard, command, product };

struct Option {
  std::string short_name = {}, long_name = {};  // "-j", "--jobs"; both empty: an operand
  std::string value_name = {};                  // empty: a flag
  std::string help = {}, default_value = {}, env = {};
  std::vector<std::string> choices = {};
  Hint hint = Hint::none;
  bool required = false, repeatable = false;
  bool value_may_lack = false;  // a value stands behind `=` or not at all

  bool is_operand() const { return short_name.empty() && long_name.empty(); }
};

struct Command {
  std::string name;  // with its parents: "new domain"
  std::vector<std::string> aliases = {};
  std::string summary = {}, group = {};
  std::vector<Option> options = {};
  std::vector<Command> commands = {};
  std::string_view page = {};  // Markdown: text, then `## Examples`; may be empty

  std::string_view last_name() const { return std::string_view(name).substr(name.rfind(' ') + 1); }
};

// A page of `mesh help` that is about no single command.
struct Topic {
  std::string name, summary;
  std::string_view page;
};

struct Program {
  std::string name, version, summary;
  std::vector<Option> options = {};  // those every command has
  std::vector<Command> commands = {};
  std::vector<Topic> topics = {};
  std::string_view page = {};
};

// The command of that name ("new domain") or alias; nullptr when there is none.
const Command* find(const Program& program, std::string_view name);

// "mesh validate [OPTION]... [PATH]..."
std::string usage(const Program& program, const Command& command);

}  // namespace mesh::docs
