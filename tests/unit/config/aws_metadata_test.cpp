#include "core/config/aws_metadata.hpp"

#include "core/base/files.hpp"
#include "tests/unit/config/variables.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

using namespace mesh;

namespace {

struct Variables : test::Variables {
  explicit Variables(const Values& wanted)
      : test::Variables({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                         "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                         "AWS_EC2_METADATA_DISABLED", "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                         "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
                         "MESH_NO_METADATA"},
                        wanted) {}
};

// What would be asked, and by which way; answered as told.
struct Asked {
  std::vector<std::string> near, far;
  std::vector<http::Header> headers;  // of the last
  std::vector<http::Response> answers;

  config::Web web() {
    return {[this](const http::Request& request) { return answer(far, request); },
            [this](const http::Request& request) {
              CHECK(request.is_metadata);
              return answer(near, request);
            },
            {}};
  }

 private:
  Result<http::Response> answer(std::vector<std::string>& seen, const http::Request& request) {
    CHECK_FALSE(request.from_manifest);
    seen.push_back(request.method + " " + request.url);
    headers = request.headers;
    if (answers.empty()) return fail(Fault::temporary, "nobody");
    http::Response next = answers.front();
    answers.erase(answers.begin());
    return next;
  }
};

http::Response response(int status, std::string body) {
  http::Response answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

const char* const kKeys =
    R"({"AccessKeyId": "A", "SecretAccessKey": "S", "Token": "T", "Expiration": "2030-01-01T00:00:00Z"})";

}  // namespace

TEST_CASE("aws metadata: a container is asked at its address, with the token that it has for that") {
  Asked asked;
  asked.answers = {response(200, kKeys)};
  const Variables set(Variables::Values{{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x?id=1"},
                                        {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://10.0.0.1/"},
                                        {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc"}});
  const auto keys = config::aws_container_keys(asked.web());
  REQUIRE(keys);
  CHECK(keys->key_id == "A");
  CHECK(keys->session_token.reveal() == "T");
  CHECK(config::text_of(*keys->expiry) == "2030-01-01T00:00:00Z");
  CHECK(asked.near == std::vector<std::string>{"GET http://169.254.170.2/v2/x?id=1"});
  CHECK(asked.headers.back().value == "Basic abc");
  CHECK(asked.headers.back().is_secret);
}

TEST_CASE("aws metadata: by http a container is asked on this machine and at AWS's addresses only") {
  for (const char* const url :
       {"http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1/credentials",
        "http://localhost:81/x", "http://127.0.0.1/x", "http://[::1]/x"}) {
    Asked asked;
    asked.answers = {response(200, kKeys)};
    const Variables set(Variables::Values{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}});
    CHECK_MESSAGE(config::aws_container_keys(asked.web()), url);
    CHECK(asked.near.size() == 1);
  }
  for (const char* const url : {"http://169.254.169.254/x", "http://10.1.2.3/x", "http://example.com/x",
                                "file:///x", "x", "http://127.0.0.1@example.com/"}) {
    Asked asked;
    const Variables set(Variables::Values{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}});
    const auto keys = config::aws_container_keys(asked.web());
    REQUIRE_FALSE(keys);
    CHECK(keys.error().fault == Fault::usage);
    CHECK(asked.near.empty());
  }
  Asked asked;
  asked.answers = {response(200, kKeys)};
  const Variables set(
      Variables::Values{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://keys.example.com/x"}});
  CHECK(config::aws_container_keys(asked.web()));
  CHECK(asked.far == std::vector<std::string>{"GET https://keys.example.com/x"});
}

TEST_CASE("aws metadata: an instance gives a token first, by either version of IP") {
  for (const auto& [mode, host] : {std::pair{"", "169.254.169.254"}, std::pair{"IPv4", "169.254.169.254"},
                                   std::pair{"ipv6", "[fd00:ec2::254]"}}) {
    Asked asked;
    asked.answers = {response(200, "T0"), response(200, "role/a\n"), response(200, kKeys)};
    const Variables set(Variables::Values{{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", mode}});
    CHECK(config::aws_instance_keys(asked.web(), {}));
    const std::string root = std::string("http://") + host + "/latest/";
    CHECK(asked.near ==
          std::vector<std::string>{"PUT " + root + "api/token",
                                   "GET " + root + "meta-data/iam/security-credentials/",
                                   "GET " + root + "meta-data/iam/security-credentials/role%2Fa"});
    CHECK(asked.headers.back().value == "T0");
  }
  Asked asked;
  const Variables set(Variables::Values{{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv5"}});
  CHECK(config::aws_instance_keys(asked.web(), {}).error().fault == Fault::usage);
  CHECK(asked.near.empty());
}

TEST_CASE("aws metadata: where nothing answers, that is known after as many attempts as are asked for") {
  Asked asked;
  {
    const Variables set(Variables::Values{});
    CHECK(config::aws_instance_keys(asked.web(), {}).error().fault == Fault::usage);
    CHECK(asked.near.size() == 1);
  }
  const Variables set(Variables::Values{{"AWS_METADATA_SERVICE_NUM_ATTEMPTS", "3"}});
  CHECK_FALSE(config::aws_instance_keys(asked.web(), {}));
  CHECK(asked.near.size() == 4);
  for (const char* const name : {"AWS_EC2_METADATA_DISABLED", "MESH_NO_METADATA"}) {
    const Variables off(Variables::Values{{name, "true"}});
    CHECK_FALSE(config::aws_instance_keys(asked.web(), {}));
  }
  CHECK(asked.near.size() == 4);
}

TEST_CASE("aws metadata: what an instance says is not believed before it is looked at") {
  const Variables set(Variables::Values{});
  for (const char* const body :
       {"", "[]", "{}", R"({"AccessKeyId": "A"})", R"({"AccessKeyId": "A\nB", "SecretAccessKey": "S"})",
        R"({"AccessKeyId": "A", "SecretAccessKey": "S", "Expiration": "soon"})",
        R"({"Code": "Failed", "AccessKeyId": "A"})"}) {
    Asked asked;
    asked.answers = {response(200, "T0"), response(200, "role"), response(200, body)};
    CHECK_MESSAGE(!config::aws_instance_keys(asked.web(), {}), body);
  }
  Asked asked;
  asked.answers = {response(200, "T0\r\nx: y")};
  CHECK_FALSE(config::aws_instance_keys(asked.web(), {}));
  CHECK(asked.near.size() == 1);
}
