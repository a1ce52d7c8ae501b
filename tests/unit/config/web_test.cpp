#include "core/config/web.hpp"

#include <doctest.h>

using namespace mesh;

TEST_CASE("web: an instant in the forms that clouds write") {
  const auto seconds = [](std::string_view text) {
    const auto instant = config::parse_instant(text);
    return instant ? instant->time_since_epoch().count() : -1;
  };
  CHECK(seconds("1970-01-02T00:00:00Z") == 86'400);
  CHECK(seconds("2026-11-28T13:00:00Z") == 1'795'870'800);
  CHECK(seconds("2026-11-28T13:00:00.123456789Z") == 1'795'870'800);
  CHECK(seconds("2026-11-28T14:00:00+01:00") == 1'795'870'800);
  CHECK(seconds("2026-11-28T07:30:00-05:30") == 1'795'870'800);
  for (const char* const wrong :
       {"", "2026-11-28", "2026-11-28T13:00:00", "2026-13-28T13:00:00Z", "2026-11-28T24:00:00Z",
        "2026-11-28T13:60:00Z", "2026-11-28T13:00:00.Z", "2026-11-28T13:00:00Zx", "soon"})
    CHECK_MESSAGE(seconds(wrong) == -1, wrong);
  CHECK(config::text_of(*config::parse_instant("2026-11-28T13:05:09Z")) == "2026-11-28T13:05:09Z");
}

TEST_CASE("web: a token and its end, and why there is none") {
  http::Response response;
  response.status = 200;
  response.body = R"({"access_token": "a.b", "expires_in": 3600})";
  auto token = config::token_of_reply(response);
  REQUIRE(token);
  CHECK(token->secret.reveal() == "a.b");
  CHECK(*token->expiry - config::now_in_seconds() > std::chrono::seconds(3590));
  response.body = R"({"access_token": "a.b", "expires_on": "1795870800"})";
  CHECK(config::text_of(*config::token_of_reply(response)->expiry) == "2026-11-28T13:00:00Z");
  response.body = R"({"access_token": "a.b", "expires_in": 99999999999999999999})";
  CHECK_FALSE(config::token_of_reply(response)->expiry);
  for (const char* const body : {"", "[]", "{}", R"({"access_token": 5})", R"({"access_token": "a b"})",
                                 R"({"access_token": "a\nb"})"}) {
    response.body = body;
    const auto none = config::token_of_reply(response);
    REQUIRE_FALSE(none);
    CHECK(none.error().fault == Fault::corrupt);
  }
  response.status = 401;
  response.body = R"({"error": "invalid_client", "error_description": "AADSTS1: no\r\nTrace ID"})";
  const auto refused = config::token_of_reply(response);
  CHECK(refused.error().fault == Fault::refused);
  CHECK(refused.error().message == "HTTP 401: invalid_client: AADSTS1: no");
}
