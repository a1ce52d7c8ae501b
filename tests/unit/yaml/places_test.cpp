#include "tests/unit/yaml/told.hpp"

#include <doctest.h>

using namespace mesh;

TEST_CASE("scalars have the place of their text as written") {
  CHECK(outline_of("a: b c\n") == "0-6:{0-1:s(a) = 3-6:s(b c)}");
  CHECK(outline_of("a: 'b'\n") == "0-6:{0-1:s(a) = 3-6:s(b)}");
  CHECK(outline_of("a: 'it''s'\n") == "0-10:{0-1:s(a) = 3-10:s(it's)}");
  CHECK(outline_of("\"a\" : \"b\\tc\"  # d\n") == "0-12:{0-3:s(a) = 6-12:s(b\tc)}");
  CHECK(outline_of("a: b\n   c # d\n") == "0-9:{0-1:s(a) = 3-9:s(b c)}");
  CHECK(outline_of("a: b\n\n   c\n") == "0-10:{0-1:s(a) = 3-10:s(b\nc)}");
  CHECK(outline_of("a: \"b\n  c\"\n") == "0-10:{0-1:s(a) = 3-10:s(b c)}");
  CHECK(outline_of("a: \"\\\n\"\n") == "0-7:{0-1:s(a) = 3-7:s()}");
  CHECK(outline_of("a: \"\\\r\n  \\\r\n \"\r\n") == "0-14:{0-1:s(a) = 3-14:s()}");
  CHECK(outline_of("a: \"\\N\\_\"\n") == "0-9:{0-1:s(a) = 3-9:s(\xc2\x85\xc2\xa0)}");
}

TEST_CASE("block scalars end with their last line that is not blank") {
  CHECK(outline_of("a: |\n x\n\n y\n\nb: 1\n") ==
        "0-17:{0-1:s(a) = 3-11:s(x\n\ny\n), 13-14:s(b) = 16-17:i(1)}");
  CHECK(outline_of("a: >2-\n    z\nb: 1\n") == "0-17:{0-1:s(a) = 3-12:s(  z), 13-14:s(b) = 16-17:i(1)}");
  CHECK(outline_of("a: |\nb: 1\n") == "0-9:{0-1:s(a) = 3-4:s(), 5-6:s(b) = 8-9:i(1)}");
  CHECK(outline_of("- |+ # c\n x\n\n- y\n") == "0-16:[2-11:s(x\n\n), 15-16:s(y)]");
  CHECK(outline_of("%YAML 1.2\n---\na: |2\n        \n  x\nb: 1\n") ==
        "14-37:{14-15:s(a) = 17-32:s(      \nx\n), 33-34:s(b) = 36-37:i(1)}");
  CHECK(outline_of("a: |\r\n  x\r\n  y\r\nb: 1\r\n") ==
        "0-20:{0-1:s(a) = 3-14:s(x\ny\n), 16-17:s(b) = 19-20:i(1)}");
}

TEST_CASE("an empty value stands right behind its colon or dash") {
  CHECK(outline_of("a:\nb: 1\n") == "0-7:{0-1:s(a) = 2-2:0(), 3-4:s(b) = 6-7:i(1)}");
  CHECK(outline_of("a:  # c\n\n") == "0-2:{0-1:s(a) = 2-2:0()}");
  CHECK(outline_of("-\n- 1\n-\n") == "0-7:[1-1:0(), 4-5:i(1), 7-7:0()]");
  CHECK(outline_of("{a, b: , ? c}") ==
        "0-13:{1-2:s(a) = 2-2:0(), 4-5:s(b) = 6-6:0(), 11-12:s(c) = 12-12:0()}");
  CHECK(outline_of("? a\n? b\n: c\n") == "0-11:{2-3:s(a) = 3-3:0(), 6-7:s(b) = 10-11:s(c)}");
  CHECK(outline_of("? a\n?  # c\n  b\n") == "0-14:{2-3:s(a) = 3-3:0(), 13-14:s(b) = 14-14:0()}");
  CHECK(outline_of("a:\nnull: 1\n") == "0-10:{0-1:s(a) = 2-2:0(), 3-7:0(null) = 9-10:i(1)}");
  CHECK(outline_of("a:\n  ~\n") == "0-6:{0-1:s(a) = 5-6:0(~)}");
}

TEST_CASE("collections reach from their first byte to their last") {
  CHECK(outline_of("a: [ 1, {b: 2} ,] # c\n") ==
        "0-17:{0-1:s(a) = 3-17:[5-6:i(1), 8-14:{9-10:s(b) = 12-13:i(2)}]}");
  CHECK(outline_of("a: [\n  1 # ]\n  ]\n") == "0-16:{0-1:s(a) = 3-16:[7-8:i(1)]}");
  CHECK(outline_of("a:\n- x\n- y\nb: []\n") ==
        "0-16:{0-1:s(a) = 3-10:[5-6:s(x), 9-10:s(y)], 11-12:s(b) = 14-16:[]}");
  CHECK(outline_of("- - a\n  - b\n") == "0-11:[2-11:[4-5:s(a), 10-11:s(b)]]");
  CHECK(outline_of("[a: b, {x: y}: z]") ==
        "0-17:[1-5:{1-2:s(a) = 4-5:s(b)}, 7-16:{7-13:{8-9:s(x) = 11-12:s(y)} = 15-16:s(z)}]");
  CHECK(outline_of("{a: 1}: b\n") == "0-9:{0-6:{1-2:s(a) = 4-5:i(1)} = 8-9:s(b)}");
}

TEST_CASE("tags and anchors stand before the place of their value") {
  CHECK(outline_of("a: !!str 3\n") == "0-10:{0-1:s(a) = 9-10:s(3)}");
  CHECK(outline_of("&k a: &x\nb: !!str\n") == "0-17:{3-4:s(a) = 8-8:0(), 9-10:s(b) = 17-17:s()}");
  CHECK(outline_of("&m\na: &s [1]\n") == "3-12:{3-4:s(a) = 9-12:[10-11:i(1)]}");
  CHECK(outline_of("a: !!str\n\"\": c\n") == "0-14:{0-1:s(a) = 8-8:s(), 9-11:s() = 13-14:s(c)}");
  CHECK(outline_of("a: !!str \"\\\n\"\n") == "0-13:{0-1:s(a) = 9-13:s()}");
  CHECK(outline_of("a: !!str\n'''': c\n") == "0-16:{0-1:s(a) = 8-8:s(), 9-13:s(') = 15-16:s(c)}");
}

TEST_CASE("an alias has its own place and what it names the anchor's") {
  CHECK(outline_of("a: &x [1]\nb: *x\n") ==
        "0-15:{0-1:s(a) = 6-9:[7-8:i(1)], 10-11:s(b) = 13-15:[7-8:i(1)]}");
  CHECK(outline_of("a: &x 1\n*x : 2\n") == "0-14:{0-1:s(a) = 6-7:i(1), 8-10:i(1) = 13-14:i(2)}");
}

TEST_CASE("merge keys are expanded behind the mapping's own keys, which win") {
  CHECK(outline_of("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\n") ==
        "0-37:{0-1:s(a) = 6-18:{7-8:s(x) = 10-11:i(1), 13-14:s(y) = 16-17:i(2)}, "
        "19-20:s(b) = 24-37:{33-34:s(y) = 36-37:i(3), 7-8:s(x) = 10-11:i(1)}}");
  CHECK(outline_of("a: {<<: [{x: 1}, {x: 2, z: 3}]}\n") ==
        "0-31:{0-1:s(a) = 3-31:{10-11:s(x) = 13-14:i(1), 24-25:s(z) = 27-28:i(3)}}");
  CHECK(outline_of("'<<': {x: 1}\n") == "0-12:{0-4:s(<<) = 6-12:{7-8:s(x) = 10-11:i(1)}}");
  CHECK(outline_of("a: {<<: 3}\n") == "1:9 yaml/syntax\n");
  CHECK(outline_of("a: {<<: [{}, x]}\n") == "1:14 yaml/syntax\n");
}

TEST_CASE("places count a byte-order mark and both bytes of a line end") {
  CHECK(outline_of("\xef\xbb\xbf"
                   "a: b\r\nc:\r\n  - d\r\n") ==
        "3-18:{3-4:s(a) = 6-7:s(b), 9-10:s(c) = 15-18:[17-18:s(d)]}");
}

TEST_CASE("a question mark in a plain text inside of brackets is text") {
  CHECK(outline_of("[what?, a?b\n c?, ?x]") == "0-20:[1-6:s(what?), 8-15:s(a?b c?), 17-19:s(?x)]");
  CHECK(outline_of("{u: http://x/y?z=1, ? k : v}") ==
        "0-28:{1-2:s(u) = 4-18:s(http://x/y?z=1), 22-23:s(k) = 26-27:s(v)}");
}

TEST_CASE("all documents are read, empty ones left out") {
  CHECK(outline_of("---\n# c\n---\na: 1\n---\n- b\n") ==
        "12-16:{12-13:s(a) = 15-16:i(1)} | 21-24:[23-24:s(b)]");
}

TEST_CASE("plain scalars have the types of YAML 1.2") {
  CHECK(
      outline_of(
          "[true, True, no, null, ~, 017, 0o17, 0x1F, 1.5, 1e3, .inf, -.INF, .nan, 2024-01-01, 1_0]") ==
      "0-88:[1-5:b(true), 7-11:b(True), 13-15:s(no), 17-21:0(null), 23-24:0(~), 26-29:i(017), 31-35:i(0o17), "
      "37-41:i(0x1F), 43-46:n(1.5), 48-51:n(1e3), 53-57:n(.inf), 59-64:n(-.INF), 66-70:n(.nan), "
      "72-82:s(2024-01-01), 84-87:s(1_0)]");
}

TEST_CASE("equality is that of JSON Schema") {
  const auto same = [](const char* left, const char* right) {
    const Source source("a.yaml", std::string("[") + left + ", " + right + "]");
    Findings findings(0);
    const auto documents = yaml::read(source, findings);
    REQUIRE(documents.size() == 1);
    return equal(documents[0].root().item(0), documents[0].root().item(1));
  };
  CHECK(same("1", "1.0"));
  CHECK(same("{a: 1, b: [x]}", "{b: [x], a: 0x1}"));
  CHECK_FALSE(same("1", "'1'"));
  CHECK_FALSE(same("{a: 1}", "{a: 1, b: 2}"));
  CHECK_FALSE(same("[1, 2]", "[2, 1]"));
  CHECK_FALSE(same("{a: 1}", "{b: 1}"));
}
