#include "core/base/json.hpp"

#include <doctest.h>

using namespace mesh;

TEST_CASE("json: members and elements are parted by commas, whatever they hold") {
  JsonWriter json;
  json.begin_object()
      .key("a")
      .number(1)
      .key("b")
      .begin_array()
      .text("x")
      .null()
      .boolean(true)
      .begin_array()
      .end_array();
  json.begin_object().end_object().end_array().key("c").text("y").end_object();
  CHECK(std::move(json).take() == "{\"a\": 1, \"b\": [\"x\", null, true, [], {}], \"c\": \"y\"}\n");
}

TEST_CASE("json: elements stand on lines of their own where that was asked for") {
  JsonWriter json;
  json.begin_array().new_line().number(1).new_line().number(2).new_line().end_array();
  CHECK(std::move(json).take() == "[\n1,\n2\n]\n");
}

TEST_CASE("json: what acts on a terminal and what is not UTF-8 never comes out raw") {
  JsonWriter json;
  json.text("\x1b[31m \xC2\x9B \xE2\x80\xAE \xff \"\\\n é");
  CHECK(std::move(json).take() == "\"\\u001b[31m \\u009b \\u202e \xEF\xBF\xBD \\\"\\\\\\n é\"\n");
}
