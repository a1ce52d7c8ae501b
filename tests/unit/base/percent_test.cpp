#include "core/base/percent.hpp"

#include <doctest.h>

#include <string>

using namespace mesh;

TEST_CASE("percent: every byte comes back, and only unreserved ones stay") {
  for (int i = 0; i < 256; ++i) {
    const std::string byte(1, static_cast<char>(i));
    const std::string encoded = percent_encoded(byte);
    CHECK(percent_decoded(encoded) == byte);
    const bool stays =
        std::string_view("-._~").find(byte) != std::string_view::npos || (i < 128 && std::isalnum(i) != 0);
    CHECK(encoded.size() == (stays ? 1 : 3));
  }
  CHECK(percent_encoded("a/b c%\xC3\xA9") == "a%2Fb%20c%25%C3%A9");
  CHECK(percent_encoded("a/b c", "/") == "a/b%20c");
}

TEST_CASE("percent: forms") {
  CHECK(form_encoded({}).empty());
  CHECK(form_encoded({{"a", "b c"}, {"d&", "=é"}, {"e", ""}}) == "a=b%20c&d%26=%3D%C3%A9&e=");
}

TEST_CASE("percent: what is no escape stays") {
  CHECK(percent_decoded("%4a%4A") == "JJ");
  for (const char* text : {"%", "a%", "%4", "%g0", "%0g", "%%"}) CHECK(percent_decoded(text) == text);
  CHECK(percent_decoded("%%41") == "%A");
}

TEST_CASE("percent: hexadecimal digits are those and no others") {
  std::string digits;
  for (int i = 0; i < 256; ++i)
    if (hex_value(static_cast<char>(i)) >= 0) digits += static_cast<char>(i);
  CHECK(digits == "0123456789ABCDEFabcdef");
  CHECK(hex_value('0') == 0);
  CHECK(hex_value('9') == 9);
  CHECK(hex_value('a') == 10);
  CHECK(hex_value('F') == 15);
}
