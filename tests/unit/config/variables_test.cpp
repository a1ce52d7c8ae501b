#include "core/config/variables.hpp"

#include "tests/unit/config/variables.hpp"

#include <doctest.h>

#include <string>

using namespace mesh;
using namespace mesh::config;

TEST_CASE("variables: a secret in the place of the name of its file is told and not shown") {
  const auto named = [](const std::string& value) {
    const test::Variables set({"AZURE_FEDERATED_TOKEN_FILE"}, {{"AZURE_FEDERATED_TOKEN_FILE", value}});
    return file_named_by("AZURE_FEDERATED_TOKEN_FILE");
  };
  for (const char* name : {"", "/run/secrets/token", "token", "~/a b", "eyJ"}) {
    CAPTURE(name);
    REQUIRE(named(name));
    CHECK(*named(name) == name);
  }
  for (const char* value :
       {"{\"private_key\": \"canary\"}", " {\"canary\": \"12345678\"}", "a\ncanary and more of it",
        "-----BEGIN PRIVATE KEY-----canary", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.canary",
        "ewogICJjYW5hcnkiOiAxMjM0NTYKfQ=="}) {
    CAPTURE(value);
    const auto told = named(value);
    REQUIRE_FALSE(told);
    CHECK(told.error().fault == Fault::usage);
    CHECK(told.error().message == "AZURE_FEDERATED_TOKEN_FILE holds what should be in a file");
    CHECK(told.error().help.find("canary") == std::string::npos);
  }
}
