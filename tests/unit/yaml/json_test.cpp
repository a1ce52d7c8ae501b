#include "tests/unit/yaml/told.hpp"

#include <doctest.h>

using namespace mesh;
using namespace std::string_literals;

static std::string json(const std::string& text) { return told_of(text, Level::note, "a.json"); }

TEST_CASE("every form of RFC 8259 is accepted") {
  for (const std::string text :
       {"{}", "[]", "0", "-0", "-1.5e+10", "1E9", "\"\"", "true", " [ null , false ] \r\n",
        "{\"a\":{\"b\":[1,2]}}", "\"\\u0000\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\ud83d\\ude00\"",
        "\"\x7f\xc2\x80\"", "{\"\":1}", "\xef\xbb\xbf{\"a\":1}", "[1e400]", "{\"a\":1,\"a \":2}",
        "\"h\xc3\xa9\""}) {
    CAPTURE(text);
    CHECK(json(text).empty());
  }
}

TEST_CASE("what RFC 8259 refuses is an error at its place") {
  struct {
    std::string text, expected;
  } cases[] = {
      {"{\"a\":1,}", "1:7 yaml/syntax"},
      {"[1,]", "1:3 yaml/syntax"},
      {"[1,,2]", "1:4 yaml/syntax"},
      {"[,1]", "1:2 yaml/syntax"},
      {"{\"a\" 1}", "1:6 yaml/syntax"},
      {"{'a':1}", "1:2 yaml/syntax"},
      {"{a:1}", "1:2 yaml/syntax"},
      {"[1 2]", "1:4 yaml/syntax"},
      {"[01]", "1:2 yaml/syntax"},
      {"[1.]", "1:4 yaml/syntax"},
      {"[.5]", "1:2 yaml/syntax"},
      {"[+1]", "1:2 yaml/syntax"},
      {"[-]", "1:2 yaml/syntax"},
      {"[1e]", "1:4 yaml/syntax"},
      {"[NaN]", "1:2 yaml/syntax"},
      {"[0x1]", "1:3 yaml/syntax"},
      {"nul", "1:1 yaml/syntax"},
      {"[1]x", "1:4 yaml/syntax"},
      {"{} {}", "1:4 yaml/syntax"},
      {"// c\n{}", "1:1 yaml/syntax"},
      {"{\"a\":}", "1:6 yaml/syntax"},
      {"[", "1:2 yaml/syntax"},
      {"{\"a\":1", "1:7 yaml/syntax"},
      {"\"\\q\"", "1:2 yaml/syntax"},
      {"\"\\u12\"", "1:2 yaml/syntax"},
      {"\"\\ud800\"", "1:2 yaml/syntax"},
      {"\"\\ude00\"", "1:2 yaml/syntax"},
      {"\"\\ud800\\u0041\"", "1:2 yaml/syntax"},
      {"[\"a", "1:2 yaml/open-quote"},
      {"[\"a\n\"]", "1:2 yaml/syntax"},
      {"[\"a\tb\"]", "1:4 yaml/control-character"},
      {"[\"\x01\"]", "1:3 yaml/control-character"},
      {"[1,\x0b 2]", "1:4 yaml/control-character"},
      {"[\"a\0\"]"s, "1:4 yaml/control-character"},
      {"[\"\xff\"]", "1:3 yaml/encoding"},
      {"\xff\xfe[\0"s, "1:1 yaml/encoding"},
      {"", "1:1 yaml/empty"},
      {" \n", "1:1 yaml/empty"},
      {"{\"a\":1,\n\"a\":2}", "2:1 yaml/duplicate-key"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(json(c.text) == c.expected + "\n");
  }
}

TEST_CASE("JSON values have exact places and decoded texts") {
  CHECK(outline_of("{\"a\": [1, 2.0, \"x\\ty\", {}]}", "a.json") ==
        "0-27:{1-4:s(a) = 6-26:[7-8:i(1), 10-13:n(2.0), 15-21:s(x\ty), 23-25:{}]}");
  CHECK(outline_of("{\"a\":1,\"a\":2}", "a.json") == "1:8 yaml/duplicate-key\n0-13:{1-4:s(a) = 5-6:i(1)}");
  CHECK(outline_of("{\"<<\":{\"a\":no}}", "a.json") == "1:12 yaml/syntax\n");
  CHECK(outline_of("{\"<<\":{}}", "a.json") == "0-9:{1-5:s(<<) = 6-8:{}}");
}
