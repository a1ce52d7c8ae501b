#include "core/base/date.hpp"

#include <doctest.h>

using namespace mesh;

TEST_CASE("a day is written with four, two and two digits, and exists") {
  REQUIRE(parse_day("1970-01-02"));
  CHECK(parse_day("1970-01-02")->number == 1);
  CHECK(to_string(*parse_day("2028-02-29")) == "2028-02-29");
  for (const char* wrong :
       {"", "2026-2-3", "2026-02-30", "2027-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "20260101",
        "2026-01-01 ", "+026-01-01", "2026/01/01", "2026-01-0x"})
    CHECK_MESSAGE(!parse_day(wrong), wrong);
}

TEST_CASE("a year ahead is the same day, or the first of March") {
  CHECK(to_string(a_year_after(*parse_day("2026-06-01"))) == "2027-06-01");
  CHECK(to_string(a_year_after(*parse_day("2028-02-29"))) == "2029-03-01");
}

TEST_CASE("a moment belongs to the day of UTC, also before 1970") {
  CHECK(to_string(day_of(86'399)) == "1970-01-01");
  CHECK(to_string(day_of(86'400)) == "1970-01-02");
  CHECK(to_string(day_of(-1)) == "1969-12-31");
}
