#include "core/oci/raw_json.hpp"

#include "core/base/strings.hpp"
#include "core/oci/json.hpp"

#include <doctest.h>

namespace mesh::oci {
namespace {

std::string members_of(std::string_view text) {
  const auto members = raw_members(text);
  if (!members) return "refused: " + members.error().message;
  std::string told;
  for (const auto& [key, value] : *members) told += key + "=" + std::string(value) + ";";
  return told;
}

std::string items_of(std::string_view text) {
  const auto items = raw_items(text);
  if (!items) return "refused: " + items.error().message;
  std::string told;
  for (const std::string_view item : *items) told += std::string(item) + ";";
  return told;
}

}  // namespace

TEST_CASE("raw json: parts are as they are written") {
  CHECK(members_of("{}") == "");
  CHECK(members_of(" {\n} ") == "");
  CHECK(members_of(R"({"a":1,"b" : {"c": [1, "]}"]} , "\u00e9\"":"x\\\"}",  "n":null })") ==
        R"(a=1;b={"c": [1, "]}"]};é"="x\\\"}";n=null;)");
  CHECK(items_of("[]") == "");
  CHECK(items_of(R"([ {"a":"["}, [ ], "b" ,-1.5e3 ,true])") == R"({"a":"["};[ ];"b";-1.5e3;true;)");
}

TEST_CASE("raw json: what is around the parts is JSON, or it is refused") {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[",
                           "]",
                           "[1",
                           "[1,",
                           "[1,]",
                           "[,1]",
                           "[1 2]",
                           "[1]]",
                           "[1] 2",
                           "[\"a]",
                           "[\"a\\",
                           "[[1]",
                           "[{]",
                           "{1:2}",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{\"a\" 1}",
                           "{a:1}",
                           "{\"a\":1}}",
                           "{\"\\ud800\":1}",
                           "[\"a\"\"b\"]",
                           "[{}{}]"}) {
    CAPTURE(text);
    CHECK(members_of(text).starts_with("refused: it is not JSON at byte "));
    CHECK(items_of(text).starts_with("refused: it is not JSON at byte "));
  }
  CHECK(members_of(R"({"a":1,"b":2,"\u0061":3})") == "refused: it has the key `a` twice");
}

TEST_CASE("raw json: a part that is no JSON shows when it is read") {
  for (const char* text : {"[{]}]", "[nul]", "[1:2]", "[{\"a\"}]", "[\"a\nb\"]", "[{\"a\":1,\"a\":2}]"}) {
    CAPTURE(text);
    const auto items = raw_items(text);
    CHECK((!items || !read_json(items->at(0))));
  }
}

TEST_CASE("raw json: the number of parts is bounded") {
  std::string many = "[0";
  for (size_t i = 1; i < kMaxValues; ++i) many += ",0";
  CHECK(raw_items(many + "]"));
  CHECK_FALSE(raw_items(many + ",0]"));
}

}  // namespace mesh::oci
