#include "core/config/credentials_file.hpp"

#include "core/base/files.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <sys/stat.h>

using namespace mesh;

namespace {

Result<config::Profiles> read(const std::string& text, unsigned mode = 0600) {
  const test::TempFolder folder;
  const std::string path = folder.path() + "/credentials.yaml";
  REQUIRE(create_file(path, text));
  REQUIRE(::chmod(path.c_str(), mode) == 0);
  auto profiles = config::read_profiles(path);
  if (!profiles) {
    CHECK(profiles.error().fault == Fault::usage);
    CHECK(profiles.error().message.find("hunter2") == std::string::npos);
    CHECK(profiles.error().help.find("hunter2") == std::string::npos);
  }
  return profiles;
}

std::string wrong(const std::string& text) {
  const auto profiles = read(text);
  REQUIRE_FALSE(profiles);
  const std::string& message = profiles.error().message;
  return message.substr(message.find("credentials.yaml") + 16) + "|" + profiles.error().help;
}

}  // namespace

TEST_CASE("credentials file: profiles have what their platform knows") {
  const auto profiles = read(
      "profiles:\n  sales: {aws: {accessKeyId: AKIA, secretAccessKey: hunter2, region: eu-west-1}}\n"
      "  lake: {google: {file: /key.json}}\n  tool: {aws: {command: [lend, --role, x]}}\n");
  REQUIRE(profiles);
  REQUIRE(profiles->size() == 3);
  const config::Profile& sales = profiles->at("sales");
  CHECK(sales.platform == "aws");
  CHECK(sales.text("accessKeyId") == "AKIA");
  CHECK(sales.secret("secretAccessKey").reveal() == "hunter2");
  CHECK_FALSE(sales.has("role"));
  CHECK(profiles->at("lake").text("file") == "/key.json");
  CHECK(profiles->at("tool").command == std::vector<std::string>{"lend", "--role", "x"});
}

TEST_CASE("credentials file: nothing there is nothing, and so is an empty one") {
  CHECK(config::read_profiles("")->empty());
  CHECK(config::read_profiles("/nowhere/credentials.yaml")->empty());
  CHECK(read("")->empty());
  CHECK(read("profiles:\n")->empty());
}

TEST_CASE("credentials file: who else may read it refuses it") {
  for (const unsigned mode : {0644u, 0640u, 0604u, 0620u}) {
    const auto profiles = read("profiles: {}\n", mode);
    REQUIRE_FALSE(profiles);
    CHECK(profiles.error().help.find("chmod 600") != std::string::npos);
  }
  CHECK(read("profiles: {}\n", 0400));
}

TEST_CASE("credentials file: what is wrong is told by its place, without a value") {
  CHECK(wrong("profile: {}\n") == ":1:1: `profile` is not known here|did you mean `profiles`?");
  CHECK(wrong("profiles: [a]\n").starts_with(":1:11: `profiles` is a mapping of names|"));
  CHECK(wrong("profiles:\n  a: {aws: {x: 1}, google: {}}\n")
            .starts_with(":2:3: a profile is of one platform|"));
  CHECK(wrong("profiles:\n  a: {gcp: {}}\n").starts_with(":2:7: this is not known here|known are `aws`"));
  CHECK(wrong("profiles:\n  a: {aws: {acessKeyId: hunter2}}\n") ==
        ":2:13: `acessKeyId` is not known here|did you mean `accessKeyId`?");
  CHECK(
      wrong("profiles:\n  a: {aws: {hunter2: x}}\n").starts_with(":2:13: this is not known here|known are"));
  CHECK(wrong("profiles:\n  a: {aws: {secretAccessKey: [hunter2]}}\n") ==
        ":2:13: `secretAccessKey` needs a plain value|");
  CHECK(
      wrong("profiles:\n  a: {aws: {command: rm -rf}}\n").starts_with(":2:13: a command is a list of words"));
  CHECK(wrong("profiles: {a: {aws: \"hunter2\n").starts_with(":1:"));
}
