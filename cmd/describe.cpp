#include "cmd/describe.hpp"

#include "core/base/strings.hpp"
#include "core/embed/embed.hpp"

namespace mesh::cmd {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

std::string default_of(const Destination& value) {
  return std::visit(Overloaded{
                        [](const bool*) { return std::string(); },
                        [](const std::string* text) { return *text; },
                        [](const std::vector<std::string>* list) { return join(*list, ", "); },
                        [](const std::optional<std::string>* text) { return text->value_or(""); },
                        [](const unsigned* number) { return *number == 0 ? "" : std::to_string(*number); },
                        [](const std::optional<unsigned>* number) {
                          return number->has_value() ? std::to_string(**number) : "";
                        },
                    },
                    value);
}

docs::Option describe(const Option& option) {
  docs::Option doc;
  for (const std::string_view name : split(option.name, ',')) {
    if (name.starts_with("--"))
      doc.long_name = name;
    else if (name.starts_with('-'))
      doc.short_name = name;
  }
  doc.value_name = option.value_name;
  if (doc.is_operand() && doc.value_name.empty()) doc.value_name = option.name;
  doc.help = option.help;
  doc.default_value = default_of(option.value);
  doc.env = option.env;
  doc.choices = option.choices;
  doc.hint = static_cast<docs::Hint>(option.hint);
  doc.required = option.required;
  doc.value_may_lack = option.value_may_lack;
  doc.repeatable = std::holds_alternative<std::vector<std::string>*>(option.value);
  return doc;
}

docs::Command describe(const Command& command, const std::string& parents) {
  docs::Command doc;
  doc.name = parents + command.name;
  doc.aliases = command.aliases;
  doc.summary = command.summary;
  doc.group = command.group;
  for (const Option& option : command.options) doc.options.push_back(describe(option));
  for (const Command& child : command.commands) doc.commands.push_back(describe(child, doc.name + " "));
  std::string file = doc.name;
  for (char& c : file)
    if (c == ' ') c = '_';
  doc.page = embed::find("cmd/" + file + ".md").value_or("");
  return doc;
}

}  // namespace

std::vector<Option> global_options(Global& global, std::string& folder) {
  return {
      {"-C", "DIR", "go to that folder first", &folder, {}, Hint::folder},
      {"-q,--quiet", "", "print results and errors only, no summary and no progress", &global.quiet},
      {"--color",
       "WHEN",
       "when to use colour",
       &global.color,
       {"auto", "always", "never"},
       Hint::none,
       false,
       "MESH_COLOR"},
      {"--no-input", "", "never ask, fail and name the missing option (also when `CI` is set)",
       &global.no_input},
  };
}

docs::Program describe() { return describe(all_commands()); }

docs::Program describe(const std::vector<Command>& commands) {
  docs::Program program;
  program.name = "mesh";
  program.version = MESH_VERSION;
  program.summary = "scaffold, check and publish the data products of a data mesh";
  Global global;
  std::string folder;
  for (const Option& option : global_options(global, folder)) program.options.push_back(describe(option));
  docs::Option help;
  help.short_name = "-h";
  help.long_name = "--help";
  help.help = "print help and exit";
  program.options.push_back(std::move(help));
  for (const Command& command : commands) program.commands.push_back(describe(command, ""));
  program.topics = {
      {"exit-codes", "what the exit codes mean", embed::find("cmd/exit_codes.md").value_or("")},
      {"waivers", "how to live with a finding for a while", embed::find("cmd/waivers.md").value_or("")},
      {"credentials", "where credentials for targets come from",
       embed::find("cmd/credentials.md").value_or("")},
      {"policies", "what credentials of a domain have to be allowed",
       embed::find("cmd/policies.md").value_or("")},
      {"environment", "the variables that mesh reads", embed::find("cmd/environment.md").value_or("")},
      {"network", "time, certificates, proxies and traces", embed::find("cmd/network.md").value_or("")},
  };
  program.page = embed::find("cmd/mesh.md").value_or("");
  return program;
}

}  // namespace mesh::cmd
