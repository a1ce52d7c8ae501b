#include "cmd/cli.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::cmd;

namespace {

// A small program that has an option of each kind.
struct Program {
  bool loud = false;
  std::string format = "text";
  std::optional<std::string> to;
  std::vector<std::string> paths, only;
  unsigned jobs = 0;
  std::string name;
  Global global;
  std::string folder;
  std::vector<Command> commands;

  Program() {
    const auto nothing = [](Streams&) { return 0; };
    commands = {
        {.name = "check",
         .aliases = {"lint"},
         .summary = "",
         .options = {{"PATH", "PATH", "", &paths},
                     {"-l,--loud", "", "", &loud},
                     {"--format", "NAME", "", &format, {"text", "json"}},
                     {"--to", "NAME", "", &to},
                     {"--only", "GLOB", "", &only},
                     {"-j,--jobs", "N", "", &jobs, {}, Hint::none, false, "MESH_TEST_JOBS"}},
         .run = nothing},
        {.name = "new",
         .summary = "",
         .options = {{"--into", "DIR", "", &to}},
         .commands = {{.name = "domain",
                       .summary = "",
                       .options = {{"NAME", "NAME", "", &name, {}, Hint::none, true}},
                       .run = nothing}}},
    };
  }

  Result<Request> parse(const std::vector<std::string>& words) {
    return cmd::parse(words, commands, global, folder);
  }

  std::string complaint(const std::vector<std::string>& words) {
    const auto request = parse(words);
    if (request) return "no complaint";
    CHECK(request.error().fault == Fault::usage);
    return request.error().message + (request.error().help.empty() ? "" : " / " + request.error().help);
  }
};

}  // namespace

TEST_CASE("options may stand before and after the command and its operands") {
  Program program;
  const auto request = program.parse({"-q", "check", "a", "--format", "json", "b", "-C", "shop"});
  REQUIRE(request);
  CHECK(request->path == std::vector<std::string>{"check"});
  CHECK(program.paths == std::vector<std::string>{"a", "b"});
  CHECK(program.format == "json");
  CHECK(program.folder == "shop");
  CHECK(program.global.quiet);
}

TEST_CASE("a value is not taken for the command's name") {
  Program program;
  REQUIRE(program.parse({"-C", "new", "check"}));
  CHECK(program.folder == "new");
  REQUIRE(program.parse({"new", "--into", "domain", "domain", "sales"}));
  CHECK(program.to == "domain");
  CHECK(program.name == "sales");
}

TEST_CASE("an alias asks for the command it stands for") {
  Program program;
  const auto request = program.parse({"lint"});
  REQUIRE(request);
  CHECK(request->path == std::vector<std::string>{"check"});
}

TEST_CASE("after two dashes everything is an operand") {
  Program program;
  REQUIRE(program.parse({"check", "--", "--format", "-x", "--"}));
  CHECK(program.paths[0] == "--format");
  CHECK(program.paths[1] == "-x");
  CHECK(program.format == "text");
}

TEST_CASE("a lone dash is an operand and a value") {
  Program program;
  REQUIRE(program.parse({"check", "-", "--to", "-"}));
  CHECK(program.paths == std::vector<std::string>{"-"});
  CHECK(program.to == "-");
}

TEST_CASE("short options stand together and take their value with or without a space") {
  Program program;
  REQUIRE(program.parse({"check", "-lj4"}));
  CHECK(program.loud);
  CHECK(program.jobs == 4);
  REQUIRE(program.parse({"check", "-qj", "8", "a"}));
  CHECK(program.jobs == 8);
  CHECK(program.paths == std::vector<std::string>{"a"});
}

TEST_CASE("a list option takes one value each time, as it is written") {
  Program program;
  REQUIRE(program.parse({"check", "--only", "[a,b]", "path", "--only=c,d"}));
  CHECK(program.only == std::vector<std::string>{"[a,b]", "c,d"});
  CHECK(program.paths == std::vector<std::string>{"path"});
}

TEST_CASE("an operand in brackets stays one operand") {
  Program program;
  REQUIRE(program.parse({"check", "[a,b]"}));
  CHECK(program.paths == std::vector<std::string>{"[a,b]"});
}

TEST_CASE("help is found wherever it stands") {
  Program program;
  CHECK(program.parse({"--help"})->help);
  CHECK(program.parse({"check", "a", "-h"})->help);
  CHECK(program.parse({"new", "domain", "--help"})->path == std::vector<std::string>{"new", "domain"});
  CHECK(program.parse({"new", "--help"})->path == std::vector<std::string>{"new"});
}

TEST_CASE("a command that needs a subcommand does not run without one") {
  Program program;
  const auto request = program.parse({"new"});
  REQUIRE(request);
  CHECK_FALSE(request->run);
}

TEST_CASE("what is unknown is named with the nearest known word") {
  Program program;
  CHECK(program.complaint({"chekc"}) ==
        "unknown command `mesh chekc` / did you mean `mesh check`? `mesh help` lists what there is");
  CHECK(program.complaint({"new", "domian"}) ==
        "unknown command `mesh new domian` / did you mean `mesh new domain`? `mesh help new` lists what "
        "there is");
  CHECK(program.complaint({"check", "--fromat", "json"}) ==
        "unknown option `--fromat` of `mesh check` / did you mean `--format`? `mesh help check` lists what "
        "there is");
  CHECK(program.complaint({"check", "--zzzzzz"}) ==
        "unknown option `--zzzzzz` of `mesh check` / `mesh help check` lists what there is");
  CHECK(program.complaint({"check", "--format", "jsn"}) ==
        "`jsn` is not a value of `--format` / did you mean `json`? it takes text, json");
}

TEST_CASE("an option without its value is named") {
  Program program;
  CHECK(program.complaint({"check", "--to"}) == "option `--to` needs a value / write `--to NAME`");
  CHECK(program.complaint({"check", "--to="}) == "option `--to` needs a value");
  CHECK(program.complaint({"check", "-j"}) == "option `--jobs` needs a value / write `--jobs N`");
}

TEST_CASE("an option is never taken for the value of the one before it") {
  Program program;
  CHECK(program.complaint({"check", "--to", "--loud"}) == "option `--to` needs a value / write `--to NAME`");
  REQUIRE(program.parse({"check", "--to=--loud"}));
  CHECK(program.to == "--loud");
}

TEST_CASE("a flag takes no value") {
  Program program;
  CHECK(program.complaint({"check", "--loud=yes"}) == "option `--loud` takes no value");
  CHECK(program.complaint({"check", "--help=yes"}) == "option `--help` takes no value");
}

TEST_CASE("an option for one value is refused twice") {
  Program program;
  CHECK(program.complaint({"check", "--to", "a", "--to", "b"}) ==
        "option `--to` is given 2 times / keep the one that you mean");
}

TEST_CASE("a number is a whole number") {
  Program program;
  CHECK(program.complaint({"check", "--jobs", "many"}) == "`--jobs` takes a whole number, not `many`");
  CHECK(program.complaint({"check", "-j", "1.5"}) == "`--jobs` takes a whole number, not `1.5`");
  CHECK(program.complaint({"check", "-j", "99999999999"}) ==
        "`--jobs` takes a whole number, not `99999999999`");
}

TEST_CASE("a missing operand is named, one too many too") {
  Program program;
  CHECK(program.complaint({"new", "domain"}).starts_with("`mesh new domain` needs `NAME`"));
  CHECK(program.complaint({"new", "domain", "a", "b"})
            .starts_with("`mesh new domain` does not know what to do with `b`"));
}

TEST_CASE("a variable gives the value of an absent option, and is checked like it") {
  ::setenv("MESH_TEST_JOBS", "3", 1);
  Program program;
  REQUIRE(program.parse({"check"}));
  CHECK(program.jobs == 3);
  REQUIRE(program.parse({"check", "--jobs", "2"}));
  CHECK(program.jobs == 2);
  ::setenv("MESH_TEST_JOBS", "three", 1);
  CHECK(program.complaint({"check"}) == "`MESH_TEST_JOBS` takes a whole number, not `three`");
  ::unsetenv("MESH_TEST_JOBS");
}
