#include "core/config/aws_sts.hpp"

#include <doctest.h>

using namespace mesh;

namespace {

const char* const kAnswer =
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId>"
    "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
    "<Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";

struct Asked {
  std::vector<std::string> urls, bodies;
  std::vector<std::vector<http::Header>> headers;
  std::vector<http::Response> answers;

  config::Web web() {
    return {[this](const http::Request& request) -> Result<http::Response> {
              CHECK(request.method == "POST");
              urls.push_back(request.url);
              bodies.emplace_back(request.body);
              headers.push_back(request.headers);
              http::Response next = answers.front();
              answers.erase(answers.begin());
              return next;
            },
            {},
            {}};
  }
  std::string header(size_t i, std::string_view name) const {
    for (const http::Header& header : headers.at(i))
      if (header.name == name) return header.value;
    return {};
  }
};

http::Response response(int status, std::string body, std::string date = {}) {
  http::Response answer;
  answer.status = status;
  answer.body = std::move(body);
  if (!date.empty()) answer.headers.push_back({"date", std::move(date)});
  return answer;
}

const store::AwsCredentials kKeys{"AKIA", Secret("secret"), {}, {}};

Error refused(const std::string& body, int status = 403) {
  Asked asked;
  asked.answers = {response(status, body)};
  const auto keys = config::assume_role(asked.web(), {"arn:x"}, kKeys);
  REQUIRE_FALSE(keys);
  return keys.error();
}

}  // namespace

TEST_CASE("aws sts: a role is asked for where its region has the service, signed for it") {
  const auto url = [](const config::Role& role) {
    Asked asked;
    asked.answers = {response(200, kAnswer)};
    const auto keys = config::assume_role(asked.web(), role, kKeys);
    REQUIRE(keys);
    CHECK(keys->key_id == "ASIA");
    CHECK(config::text_of(*keys->expiry) == "2030-01-01T00:00:00Z");
    const std::string region = role.region.empty() ? "us-east-1" : role.region;
    CHECK(asked.header(0, "authorization").find("/" + region + "/sts/aws4_request") != std::string::npos);
    return asked.urls.at(0);
  };
  CHECK(url({"arn:x"}) == "https://sts.amazonaws.com/");
  CHECK(url({.arn = "arn:x", .region = "eu-central-1"}) == "https://sts.eu-central-1.amazonaws.com/");
  CHECK(url({.arn = "arn:x", .region = "cn-north-1"}) == "https://sts.cn-north-1.amazonaws.com.cn/");
  CHECK(url({.arn = "arn:x", .endpoint = "https://sts.example.com:8443/x", .region = "eu-west-1"}) ==
        "https://sts.example.com:8443/x/");
  Asked asked;
  CHECK(config::assume_role(asked.web(), {.arn = "arn:x", .region = "x.example.com/"}, kKeys).error().fault ==
        Fault::usage);
  CHECK(asked.urls.empty());
}

TEST_CASE("aws sts: what a role needs is sent, and a token without a signature") {
  Asked asked;
  asked.answers = {response(200, kAnswer),
                   response(200,
                            "<A><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIA</AccessKeyId>"
                            "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
                            "<Expiration>2030-01-01T00:00:00Z</Expiration></Credentials>"
                            "</AssumeRoleWithWebIdentityResult></A>")};
  config::Role role{"arn:aws:iam::1:role/a b", "ci", "x&y", "900"};
  CHECK(config::assume_role(asked.web(), role, kKeys));
  CHECK(
      asked.bodies.at(0) ==
      "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa%20b&RoleSessionName=ci&"
      "ExternalId=x%26y&DurationSeconds=900");
  CHECK(config::assume_role_by_token(asked.web(), {"arn:x"}, Secret("jwt")));
  CHECK(asked.bodies.at(1).ends_with("&RoleSessionName=mesh&WebIdentityToken=jwt"));
  CHECK(asked.header(1, "authorization").empty());
}

TEST_CASE("aws sts: a refusal says what the server says, and an answer without keys is none") {
  const Error denied =
      refused("<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>");
  CHECK(denied.fault == Fault::refused);
  CHECK(denied.message == "assume the role `arn:x`: HTTP 403: AccessDenied: no");
  CHECK(
      refused("<ErrorResponse><Error><Code>ThrottlingException</Code></Error></ErrorResponse>", 400).fault ==
      Fault::temporary);
  CHECK(refused("busy", 503).fault == Fault::temporary);
  for (const std::string body :
       {"", "<A/>", "{}", "<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>"})
    CHECK(refused(body, 200).fault == Fault::corrupt);
  std::string without_end = kAnswer;
  without_end.replace(without_end.find("2030-01-01T00:00:00Z"), 20, "soon");
  CHECK(refused(without_end, 200).fault == Fault::corrupt);
  std::string two_lines = kAnswer;
  two_lines.replace(two_lines.find("ASIA"), 4, "A\nB");
  CHECK(refused(two_lines, 200).fault == Fault::corrupt);
}

TEST_CASE("aws sts: where our clock is wrong, the server's time is signed, once") {
  Asked asked;
  const std::string old = "Sun, 06 Nov 1994 08:49:37 GMT";
  asked.answers = {response(403, "<E/>", old), response(200, kAnswer)};
  CHECK(config::assume_role(asked.web(), {"arn:x"}, kKeys));
  CHECK(asked.header(0, "x-amz-date") != "19941106T084937Z");
  CHECK(asked.header(1, "x-amz-date") == "19941106T084937Z");
  asked.answers = {response(403, "<E/>", old), response(403, "<E/>", old), response(200, kAnswer)};
  CHECK_FALSE(config::assume_role(asked.web(), {"arn:x"}, kKeys));
  CHECK(asked.answers.size() == 1);
}
