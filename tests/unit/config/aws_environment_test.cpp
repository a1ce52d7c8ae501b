#include "core/config/aws_environment.hpp"

#include <doctest.h>

#include <map>
#include <string>
#include <vector>

#include <stdlib.h>

using namespace mesh;

namespace {

// The variables of AWS, as they are to be; as they were at the end of the scope.
class Variables {
 public:
  explicit Variables(const std::map<std::string, std::string>& wanted) {
    for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION",
                             "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL",
                             "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"}) {
      names_.push_back(name);
      if (const char* const value = ::getenv(name)) before_[name] = value;
      ::unsetenv(name);
    }
    set(wanted);
  }
  Variables(const Variables&) = delete;
  ~Variables() {
    for (const std::string& name : names_) ::unsetenv(name.c_str());
    set(before_);
  }

 private:
  static void set(const std::map<std::string, std::string>& values) {
    for (const auto& [name, value] : values) ::setenv(name.c_str(), value.c_str(), 1);
  }
  std::vector<std::string> names_;
  std::map<std::string, std::string> before_;
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
