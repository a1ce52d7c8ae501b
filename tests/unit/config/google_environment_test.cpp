#include "core/config/google_environment.hpp"

#include "tests/unit/config/variables.hpp"

#include <doctest.h>

using namespace mesh;

TEST_CASE("google environment: a token, and an emulator or an endpoint") {
  const std::vector<std::string> names{"GOOGLE_OAUTH_ACCESS_TOKEN", "STORAGE_EMULATOR_HOST",
                                       "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE"};
  const auto provider = config::google_environment();
  {
    const test::Variables set(names, {{"GOOGLE_OAUTH_ACCESS_TOKEN", "ya29.x"},
                                      {"STORAGE_EMULATOR_HOST", "localhost:1"},
                                      {"CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE", "https://x/storage/v1/"}});
    const auto token = provider->current();
    REQUIRE(token);
    CHECK(token->reveal() == "ya29.x");
    CHECK_FALSE(provider->renew(*token));
    CHECK(config::google_settings().emulator == "localhost:1");
    CHECK(config::google_settings().endpoint == "https://x/storage/v1/");
  }
  const test::Variables none(names, {});
  const auto missing = provider->current();
  REQUIRE_FALSE(missing);
  CHECK(missing.error().fault == Fault::usage);
  CHECK(missing.error().help.find("gcloud auth print-access-token") != std::string::npos);
  const test::Variables copied(names, {{"GOOGLE_OAUTH_ACCESS_TOKEN", "hunter2\n"}});
  const auto bad = provider->current();
  REQUIRE_FALSE(bad);
  CHECK(bad.error().message.starts_with("GOOGLE_OAUTH_ACCESS_TOKEN has white space"));
  CHECK(bad.error().message.find("hunter2") == std::string::npos);
}
