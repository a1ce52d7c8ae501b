#include "cmd/describe.hpp"
#include "core/base/strings.hpp"
#include "core/docs/completion.hpp"
#include "core/docs/help.hpp"
#include "core/docs/man.hpp"
#include "core/docs/table.hpp"
#include "core/embed/embed.hpp"

#include <doctest.h>

#include <algorithm>

using namespace mesh;
using namespace mesh::docs;

static Program small_program() {
  Option format{.short_name = "-f", .long_name = "--format", .value_name = "NAME", .help = "how to print"};
  format.choices = {"text", "json"};
  format.default_value = "text";
  Option path{.value_name = "PATH", .help = "what to check"};
  path.repeatable = true;
  Command check{.name = "check", .summary = "check it", .group = "Check", .options = {path, format}};
  check.aliases = {"lint"};
  check.page =
      "# mesh check\nIt's a .dot\\back-slash `a-b`.\n\n## Examples\n```sh\nmesh check -f json\n```\n";
  Command domain{.name = "new domain", .summary = "a new domain"};
  Command make{.name = "new", .summary = "scaffold", .group = "Start", .commands = {domain}};
  return {.name = "mesh", .version = "1.2.3", .summary = "a mesh", .commands = {make, check}};
}

TEST_CASE("a command is found by its words and by an alias") {
  const Program program = small_program();
  CHECK(find(program, "check") == &program.commands[1]);
  CHECK(find(program, "lint") == &program.commands[1]);
  CHECK(find(program, "new domain") == &program.commands[0].commands[0]);
  CHECK(find(program, "new product") == nullptr);
  CHECK(find(program, "") == nullptr);
}

TEST_CASE("the usage line shows what may and what must be given") {
  Program program = small_program();
  CHECK(usage(program, program.commands[1]) == "mesh check [OPTION]... [PATH]...");
  CHECK(usage(program, program.commands[0]) == "mesh new COMMAND [OPTION]...");
  program.commands[1].options[0].required = true;
  program.commands[1].options[1].required = true;
  CHECK(usage(program, program.commands[1]) == "mesh check --format NAME [OPTION]... PATH...");
}

TEST_CASE("help shows examples, choices and the default") {
  const Program program = small_program();
  CHECK(command_help(program, program.commands[1], {}) ==
        "Check it\n\nUsage\n  mesh check [OPTION]... [PATH]...\n  mesh lint ...\n\n"
        "Examples\n      mesh check -f json\n\n"
        "Arguments\n  PATH...  what to check\n\n"
        "Options\n  -f, --format NAME  how to print: text, json [default: text]\n\n"
        "Description\n  It's a .dot\\back-slash `a-b`.\n");
}

TEST_CASE("what roff would act on is escaped in man pages") {
  const Program program = small_program();
  const std::string page = command_man(program, program.commands[1]);
  CHECK(page.find("It\\(aqs a .dot\\eback-slash \\fBa\\-b\\fR.") != std::string::npos);
  CHECK(page.find(".TH MESH-CHECK 1 \"\" \"mesh 1.2.3\"") != std::string::npos);
  CHECK(page.find("\\fB\\-f\\fR, \\fB\\-\\-format\\fR \\fINAME\\fR") != std::string::npos);
}

TEST_CASE("quotes cannot leave a quoted word of a completion script") {
  CHECK(shell_quoted("it's") == "'it'\\''s'");
}

TEST_CASE("every command has a summary, a group and a page with examples") {
  const Program program = cmd::describe();
  for (const Command* command : all_commands(program)) {
    CAPTURE(command->name);
    CHECK_FALSE(command->summary.empty());
    if (command->name.find(' ') == std::string::npos) CHECK_FALSE(command->group.empty());
    if (command->commands.empty()) CHECK(command->page.find("## Examples") != std::string_view::npos);
    for (const Option& option : command->options) {
      CAPTURE(option.long_name);
      CHECK_FALSE(option.help.empty());
      CHECK_FALSE(option.help.ends_with('.'));
    }
  }
}

TEST_CASE("no two options of a command share a name") {
  const Program program = cmd::describe();
  for (const Command* command : all_commands(program)) {
    std::vector<std::string> names;
    for (const auto* options : {&command->options, &program.options})
      for (const Option& option : *options)
        for (std::string& name : names_of(option)) names.push_back(std::move(name));
    std::sort(names.begin(), names.end());
    CAPTURE(command->name);
    CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  }
}
