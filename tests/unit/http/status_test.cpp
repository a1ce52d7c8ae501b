#include "core/http/status.hpp"

#include "core/http/client.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::http;

namespace {

Response reply(int status, std::vector<Header> headers = {}) { return {status, std::move(headers), {}}; }

}  // namespace

TEST_CASE("http: what a status means") {
  for (const int status : {408, 429, 500, 502, 503, 504}) CHECK(fault_of(status) == Fault::temporary);
  for (const int status : {301, 307, 400, 401, 402, 403, 405, 407, 411, 413, 422, 451, 501, 505, 507})
    CHECK(fault_of(status) == Fault::refused);
  for (const int status : {404, 410}) CHECK(fault_of(status) == Fault::not_found);
  for (const int status : {409, 412}) CHECK(fault_of(status) == Fault::conflict);
}

TEST_CASE("http: dates in the three forms of the standard") {
  constexpr int64_t kThen = 784111777;
  CHECK(parse_date("Sun, 06 Nov 1994 08:49:37 GMT") == kThen);
  CHECK(parse_date("Sunday, 06-Nov-94 08:49:37 GMT") == kThen);
  CHECK(parse_date("Sun Nov  6 08:49:37 1994") == kThen);
  CHECK(parse_date("Thu, 29 Feb 2024 23:59:60 GMT") == 1709251200);
  CHECK(parse_date("Wednesday, 01-Jan-25 00:00:00 GMT") == 1735689600);
  for (const char* text :
       {"", "0", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0100", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT!", "Xxx, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Xxx 1994 08:49:37 GMT",
        "Sun Nov 06 08:49:37 94", "Sun, 06 Nov -994 08:49:37 GMT"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_date(text));
  }
}

TEST_CASE("http: how long a server asks to wait") {
  CHECK_FALSE(retry_after(reply(503)));
  CHECK(retry_after(reply(503, {{"retry-after", "7"}})) == 7);
  CHECK(retry_after(reply(503, {{"retry-after", " 0 "}})) == 0);
  CHECK(retry_after(reply(503, {{"retry-after", "99999999999999999999"}})) == UINT32_MAX);
  CHECK_FALSE(retry_after(reply(503, {{"retry-after", "-1"}})));
  CHECK_FALSE(retry_after(reply(503, {{"retry-after", "soon"}})));
  CHECK_FALSE(retry_after(reply(503, {{"retry-after", "1.5"}})));
  const char* const date = "Sun, 06 Nov 1994 08:49:37 GMT";
  CHECK(retry_after(reply(503, {{"retry-after", "Sun, 06 Nov 1994 08:50:07 GMT"}, {"date", date}})) == 30);
  CHECK(retry_after(reply(503, {{"retry-after", "Sun, 06 Nov 1994 08:49:07 GMT"}, {"date", date}})) == 0);
  CHECK(retry_after(reply(503, {{"retry-after", date}})) == 0);
  CHECK(date_of(reply(200, {{"date", date}})) == 784111777);
}

TEST_CASE("http: an error of a reply") {
  Error error = error_of(reply(503, {{"retry-after", "7"}}), " slow\ndown ");
  CHECK(error.fault == Fault::temporary);
  CHECK(error.message == "HTTP 503: slow\\u{a}down");
  CHECK(error.retry_after == 7);
  error = error_of(reply(403, {{"retry-after", "7"}}), "no: password=abc");
  CHECK(error.fault == Fault::refused);
  CHECK(error.message == "HTTP 403: no: password=***");
  CHECK(error.retry_after == 0);
  CHECK(error_of(reply(404)).message == "HTTP 404");
  CHECK(error_of(reply(500), std::string(100'000, 'x')).message.size() < 1100);
  CHECK(error_of(reply(500), std::string(995, ' ') + "Bearer abcdefghijklmnop").message.find("abcdef") ==
        std::string::npos);
  CHECK_FALSE(error_of(reply(301)).help.empty());
}
