#include "core/config/env_file.hpp"

#include "core/base/files.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

using namespace mesh;

static Result<std::vector<std::string>> names_in(std::string_view text) {
  const test::TempFolder folder;
  REQUIRE(create_file(folder / ".env", text));
  return config::read_variable_names(folder / ".env");
}

TEST_CASE("an env file sets the names in front of its equals signs") {
  const auto names = names_in("# hosts\nHOST=kafka\n\n  export PORT = 9092\nEMPTY=\nURL=https://x?a=b\r\n");
  REQUIRE(names);
  CHECK(*names == std::vector<std::string>{"HOST", "PORT", "EMPTY", "URL"});
  CHECK(names_in("")->empty());
}

TEST_CASE("a line of an env file that sets nothing is told by its number") {
  for (const char* const bad : {"A=1\nHOST\n", "A=1\n1X=2\n", "A=1\n=2\n", "A=1\na-b=1\n"}) {
    const auto names = names_in(bad);
    REQUIRE_FALSE(names);
    CHECK(names.error().fault == Fault::usage);
    CHECK(names.error().message.find("line 2 of") == 0);
  }
  const auto none = config::read_variable_names("/nowhere/.env");
  REQUIRE_FALSE(none);
  CHECK(none.error().fault == Fault::not_found);
}
