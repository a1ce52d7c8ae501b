#include "core/oci/json.hpp"

#include <doctest.h>

#include <string>

using namespace mesh;
using namespace mesh::oci;

namespace {

std::string again(std::string_view bytes) {
  const auto json = read_json(bytes);
  return json ? write_json(*json) : "refused: " + json.error().message;
}

std::string nested(int depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("oci json: what is written is sorted and has no white space") {
  CHECK(again(R"( { "b" : [ 1 , 2.50, -3, true, null ] , "a" : { } , "" : "x" } )") ==
        R"({"":"x","a":{},"b":[1,2.50,-3,true,null]})");
}

TEST_CASE("oci json: strings and large numbers survive unchanged") {
  CHECK(again("\"\\u00e9\\n\\\"\\\\ \\ud83d\\ude00\"") == "\"\u00e9\\n\\\"\\\\ \U0001F600\"");
  CHECK(again("123456789012345678901234567890") == "123456789012345678901234567890");
  CHECK(again("1E400") != "null");
  CHECK(again("18446744073709551615") == "18446744073709551615");
}

TEST_CASE("oci json: what is not one JSON value is refused as corrupt") {
  for (const char* bytes :
       {"", "{", "[1,]", "{\"a\":1,}", "{} {}", "nul", "\"\x80\"", "'a'", "// x\n{}", "\"\\ud800\""}) {
    CAPTURE(bytes);
    const auto json = read_json(bytes);
    REQUIRE_FALSE(json);
    CHECK(json.error().fault == Fault::corrupt);
    CHECK_FALSE(json.error().message.empty());
  }
}

TEST_CASE("oci json: what other readers stop at is not passed over") {
  CHECK(again("\xef\xbb\xbf{}") == "refused: it is not JSON at byte 1");
  CHECK(again(std::string("{}\0", 3)) == "refused: it is not JSON at byte 3");
  CHECK(again(std::string("{}\0{\"a\":", 8)) == "refused: it is not JSON at byte 3");
  CHECK(again(std::string("[1,\0]", 6)) == "refused: it is not JSON at byte 4");
}

TEST_CASE("oci json: a key that stands twice is refused, since readers disagree on it") {
  CHECK(again(R"({"a":{"b":1,"b":2}})") == "refused: it has the key `b` twice");
}

TEST_CASE("oci json: nesting and the number of values are bounded") {
  CHECK(read_json(nested(kMaxDepth)));
  CHECK(again(nested(kMaxDepth + 1)) == "refused: it is nested deeper than 256");
  CHECK_FALSE(read_json(std::string(1'000'000, '[')));
  std::string many = "[0";
  for (size_t i = 0; i < kMaxValues; ++i) many += ",0";
  CHECK(again(many + "]") == "refused: it has more than a million values");
}
