#include "core/base/size.hpp"

#include <doctest.h>

using namespace mesh;

TEST_CASE("a size is written in bytes or with a unit, binary or decimal") {
  CHECK(parse_size("5000000") == 5'000'000);
  CHECK(parse_size("0") == 0);
  CHECK(parse_size("12B") == 12);
  CHECK(parse_size("64K") == 64 << 10);
  CHECK(parse_size("64m") == 64 << 20);
  CHECK(parse_size("64MiB") == 64 << 20);
  CHECK(parse_size("50MB") == 50'000'000);
  CHECK(parse_size("2G") == 2ull << 30);
  CHECK(parse_size("3gb") == 3'000'000'000);
}

TEST_CASE("what is no size is none") {
  for (const char* text : {"", "M", "-1", "+1", "1.5M", "10 M", "10MM", "10Mi", "10T", "1e6", "0x10",
                           "18446744073709551616", "18446744073709551615K", "99999999999G"})
    CHECK_FALSE(parse_size(text));
}
