#include "core/config/user_settings.hpp"

#include "core/base/files.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::config;

static Result<UserSettings> read_text(std::string_view text) {
  const test::TempFolder folder;
  REQUIRE(create_file(folder / "config.yaml", text));
  return read_user_settings(folder / "config.yaml");
}

TEST_CASE("a user's settings are plain values under known names") {
  const auto settings = read_text("# mine\njobs: 4\ncolor: never\n");
  REQUIRE(settings);
  CHECK(*settings == UserSettings{{"color", "never"}, {"jobs", "4"}});
}

TEST_CASE("no file of settings, or an empty one, sets nothing") {
  const test::TempFolder folder;
  for (const std::string& path : {std::string(), folder / "absent.yaml", folder.path()}) {
    const auto settings = read_user_settings(path);
    REQUIRE(settings);
    CHECK(settings->empty());
  }
  const auto empty = read_text("# nothing yet\n");
  REQUIRE(empty);
  CHECK(empty->empty());
}

TEST_CASE("a mistake in a user's settings is told with its place") {
  struct Row {
    const char* text;
    const char* told;
  };
  for (const Row& row : {Row{"jobs: 4\ncolour: never\n", "config.yaml:2:1: `colour` is no setting"},
                         Row{"- jobs\n", "config.yaml:1:1: settings are a mapping"},
                         Row{"jobs: [4]\n", "config.yaml:1:1: `jobs` needs a plain value"},
                         Row{"jobs: 1\njobs: 2\n", "config.yaml:2:1: "}, Row{"jobs: \"4\n", "config.yaml:1:"},
                         Row{"password: x\n", "config.yaml:1:1: `password` is no setting"}}) {
    const auto settings = read_text(row.text);
    CAPTURE(std::string(row.text));
    REQUIRE_FALSE(settings);
    CHECK(settings.error().fault == Fault::usage);
    CHECK(settings.error().message.find(row.told) != std::string::npos);
  }
}
