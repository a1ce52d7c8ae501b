#include "core/config/aws_environment.hpp"

#include "tests/unit/config/variables.hpp"

#include <doctest.h>

using namespace mesh;

namespace {

struct Variables : test::Variables {
  explicit Variables(const Values& wanted)
      : test::Variables({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION",
                         "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL",
                         "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"},
                        wanted) {}
};

Error refused(const std::map<std::string, std::string>& variables) {
  const Variables set(variables);
  const auto found = config::aws_environment()->current();
  REQUIRE_FALSE(found);
  CHECK(found.error().fault == Fault::usage);
  return found.error();
}

}  // namespace

TEST_CASE("aws environment: keys, with a token when they are lent") {
  const Variables set(
      {{"AWS_ACCESS_KEY_ID", "AKIA"}, {"AWS_SECRET_ACCESS_KEY", "s/+="}, {"AWS_SESSION_TOKEN", "t"}});
  const auto provider = config::aws_environment();
  const auto found = provider->current();
  REQUIRE(found);
  CHECK(found->key_id == "AKIA");
  CHECK(found->secret.reveal() == "s/+=");
  CHECK(found->session_token.reveal() == "t");
  CHECK_FALSE(found->expiry);
  CHECK_FALSE(provider->renew(*found));
}

TEST_CASE(
    "aws environment: what is missing is named, and a secret that was copied with its line end is found "
    "out") {
  CHECK(refused({}).message == "there are no credentials");
  CHECK(refused({{"AWS_ACCESS_KEY_ID", "A"}}).message ==
        "of the credentials, AWS_SECRET_ACCESS_KEY is not set");
  CHECK(refused({{"AWS_SECRET_ACCESS_KEY", "A"}}).message ==
        "of the credentials, AWS_ACCESS_KEY_ID is not set");
  const Error copied = refused({{"AWS_ACCESS_KEY_ID", "A"}, {"AWS_SECRET_ACCESS_KEY", "hunter2\n"}});
  CHECK(copied.message.starts_with("AWS_SECRET_ACCESS_KEY has white space"));
  CHECK(copied.message.find("hunter2") == std::string::npos);
}

TEST_CASE("aws environment: the narrower variable wins") {
  const auto endpoint = [](const std::map<std::string, std::string>& variables) {
    const Variables set(variables);
    return config::aws_settings().endpoint;
  };
  CHECK(endpoint({}).empty());
  CHECK(endpoint({{"AWS_ENDPOINT_URL", "https://a"}}) == "https://a");
  CHECK(endpoint({{"AWS_ENDPOINT_URL", "https://a"}, {"AWS_ENDPOINT_URL_S3", "https://b"}}) == "https://b");
  CHECK(
      endpoint({{"AWS_ENDPOINT_URL", "https://a"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}}).empty());
  const Variables set({{"AWS_REGION", "eu-west-1"}, {"AWS_DEFAULT_REGION", "us-east-1"}});
  CHECK(config::aws_settings().region == "eu-west-1");
  ::unsetenv("AWS_REGION");
  CHECK(config::aws_settings().region == "us-east-1");
}
