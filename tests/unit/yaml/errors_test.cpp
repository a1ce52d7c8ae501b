#include "tests/unit/yaml/told.hpp"

#include <doctest.h>

using namespace mesh;

namespace {

struct Case {
  std::string text;
  std::string expected;  // "line:column rule", errors and warnings
};

void check_all(const std::vector<Case>& cases, const char* path = "a.yaml") {
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(told_of(c.text, Level::warning, path) == (c.expected.empty() ? "" : c.expected + "\n"));
  }
}

using namespace std::string_literals;

}  // namespace

TEST_CASE("a syntax error points at the text that must change") {
  check_all({
      {"a:1\nb: 2\n", "1:2 yaml/syntax"},
      {"- a\n- b:1\n  c: 2\n", "2:4 yaml/syntax"},
      {"a: b: c\n", "1:5 yaml/syntax"},
      {"a: 1\n b: 2\n", "2:3 yaml/syntax"},
      {"a: x\nnokey\nb: 1\n", "2:1 yaml/syntax"},
      {"a:\n  - b\n - c\n", "3:2 yaml/syntax"},
      {"a: 1\nstatus active\n", "2:1 yaml/syntax"},
      {"a:\n  - b: 1\n    c:3", "3:6 yaml/syntax"},
      {"a: 1\n\"b\"\n", "2:1 yaml/syntax"},
      {"a: 1\n!!str\n", "2:1 yaml/syntax"},
      {"a: 1\n&x\n", "2:1 yaml/syntax"},
      {"a: 1\n: b\n", "2:1 yaml/syntax"},
      {"[: q]\n", "1:2 yaml/syntax"},
      {"{a: 1, : q}\n", "1:8 yaml/syntax"},
      {"- a\n-b\n", "2:1 yaml/syntax"},
      {"a: - b\n", "1:4 yaml/syntax"},
      {"a: [x, y\n", "2:1 yaml/syntax"},
      {"a: {x: 1\n", "2:1 yaml/syntax"},
      {"a: [x}\n", "1:6 yaml/syntax"},
      {"a: ]\n", "1:4 yaml/syntax"},
      {"a: [1,,2]\n", "1:7 yaml/syntax"},
      {"a: {b: 1,,c: 2}\n", "1:10 yaml/syntax"},
      {"a: 'it's'\n", "1:8 yaml/syntax"},
      {"a: \"x\nb: \"y\"\n", "1:4 yaml/syntax"},
      {"a: \"\\d\"\n", "1:5 yaml/syntax"},
      {"a: \"\\u12\"\n", "1:5 yaml/syntax"},
      {"a: \"\\ud800\"\n", "1:5 yaml/syntax"},
      {"a: @x\n", "1:4 yaml/syntax"},
      {"a: `x`\n", "1:4 yaml/syntax"},
      {"a: *\n", "1:4 yaml/syntax"},
      {"a: & b\n", "1:4 yaml/syntax"},
      {"a: |x\n  b\n", "1:5 yaml/syntax"},
      {"a: |0\n  b\n", "1:5 yaml/syntax"},
      {"a: &x &y b\n", "1:7 yaml/syntax"},
      {"a: !<x\n", "1:7 yaml/syntax"},
      {std::string(1100, 'k') + ": v\n", "1:1101 yaml/syntax"},
      {"h\xc3\xa9: x: y\n", "1:6 yaml/syntax"},
  });
}

TEST_CASE("a tab that indents is an error at the tab") {
  check_all({
      {"a:\n\tb: 1\n", "2:1 yaml/syntax"},
      {"a:\n\tb\n", "2:1 yaml/syntax"},
      {"a:\n  b: 1\n \tc: 2\n", "3:2 yaml/syntax"},
      {"a: |\n\tx\n", "2:1 yaml/syntax"},
      {"-\tb: 1\n", "1:2 yaml/syntax"},
      {"\ta: 1\n", "1:1 yaml/syntax"},
      {"a:\n    \tb\n", "2:5 yaml/syntax"},
      {"a: x\n\ty\n", "2:1 yaml/syntax"},
  });
}

TEST_CASE("a tab that does not indent is no error") {
  check_all({{"a:\tb\n", ""},
             {"- [a]\n\t\n# c\n", ""},
             {"a: |\n  x\n  \ty\n", ""},
             {"a: [\n\t1,\n\t2 ]\n", ""},
             {"a: b\t# c\n\t# d\n", ""}});
}

TEST_CASE("a quote that the document ends in is reported where it opens") {
  check_all({
      {"a: \"", "1:4 yaml/open-quote"},
      {"a: 1\nb: '", "2:4 yaml/open-quote"},
      {"'", "1:1 yaml/open-quote"},
      {"a: [\"x, 'y']\nb: 1\n", "1:5 yaml/open-quote"},
      {"a: \"x\n---\nb: 1\n", "1:4 yaml/open-quote"},
      {"a: 'it''s\n", "1:4 yaml/open-quote"},
      {"a: \"x\\\"\n", "1:4 yaml/open-quote"},
      {"a:1\nb: 2\nc: \"", "1:2 yaml/syntax"},  // the earlier fault
  });
}

TEST_CASE("text that is not UTF-8 or holds control characters never reaches the parser") {
  check_all({
      {"a: \xff\n", "1:4 yaml/encoding"},
      {"a: 1\nb: \xc0\xaf\n", "2:4 yaml/encoding"},
      {"a: \xed\xa0\x80\n", "1:4 yaml/encoding"},
      {"\xff\xfe\x61\x00"s, "1:1 yaml/encoding"},
      {"\xfe\xff\x00\x61"s, "1:1 yaml/encoding"},
      {"a\0:\0 \0"s, "1:1 yaml/encoding"},
      {"a: b\0c\n"s, "1:5 yaml/control-character"},
      {"a: \x1b[31m\n", "1:4 yaml/control-character"},
      {"a: \x04\n", "1:4 yaml/control-character"},
      {"a: \x7f\n", "1:4 yaml/control-character"},
      {"a: \xc2\x80\n", "1:4 yaml/control-character"},
      {"a: \xef\xbf\xbe\n", "1:4 yaml/control-character"},
      {"a: \x01\nb: \xff\n", "1:4 yaml/control-character"},
      {"a: b\rc: d\r", "1:5 yaml/syntax"},
      {"a: \xc2\xa0\xe2\x80\xa8\xc2\x85\xef\xbb\xbf\xf0\x9f\x98\x80\n", ""},
      {"---\n\xef\xbb\xbf"s + "a: b\n", "2:1 yaml/control-character"},
      {"\xef\xbb\xbf"s + "a: b\r\nc: d\r\n", ""},
  });
}

TEST_CASE("a file without a document is empty at its first character") {
  for (const char* text : {"", "\n\n", "# only\n", "   ", "---\n", "---\n# c\n", "...\n", "\xef\xbb\xbf"})
    check_all({{text, "1:1 yaml/empty"}});
}

TEST_CASE("the second document is a warning, and text that belongs to none an error") {
  check_all({
      {"a: 1\n---\nb: 2\n", "2:1 yaml/multiple-documents"},
      {"a: 1\n---\nb: 2\n---\nc: 3\n", "2:1 yaml/multiple-documents"},
      {"---\na: 1\n...\n---\nb: 2\n...\n", "4:1 yaml/multiple-documents"},
      {"a: 1\n---\n", "2:1 yaml/multiple-documents"},
      {"a: 1\n...\n", ""},
      {"a: 1\n...\n# c\n", ""},
      {"a: 1\n...\njunk\n", "3:1 yaml/syntax"},
      {"- a\n  ---\n- b\n", ""},
      {"- - a\n  ...\n", "2:3 yaml/syntax"},
      {"a: |-\n ---\nb\n", "3:1 yaml/syntax"},
      {"a: 1\n... junk\n", "2:5 yaml/syntax"},
      {"a: 1\n...\nb: 2\n", "3:1 yaml/syntax"},
      {"a: 1\n---\nb:2\nc: 3\n", "3:2 yaml/syntax"},
  });
}

TEST_CASE("directives stand before the document and are known") {
  check_all({
      {"%YAML 1.2\n---\na: 1\n", ""},
      {"%TAG ! tag:yaml.org,2002:\n---\na: !str 1\n", ""},
      {"%YAML 2.0\n---\na: 1\n", "1:1 yaml/syntax"},
      {"%YAML 1.2\n%YAML 1.2\n---\na: 1\n", "2:1 yaml/syntax"},
      {"%YAML 1.2\na: 1\n", "2:1 yaml/syntax"},
      {"%YAML 1.2\n", "1:1 yaml/syntax"},
      {"%\"", "1:1 yaml/syntax"},
      {"%FOO\n---\na: 1\n", "1:1 yaml/syntax"},
      {"a: 1\n%x\n", "2:1 yaml/syntax"},
  });
}

TEST_CASE("an alias names an anchor above it, not around it") {
  check_all({
      {"a: *b\n", "1:4 yaml/undefined-alias"},
      {"a: *b\nc: &b 1\n", "1:4 yaml/undefined-alias"},
      {"a: &b 1\n---\nc: *b\n", "3:4 yaml/undefined-alias"},
      {"a: **bold** text\n", "1:4 yaml/undefined-alias"},
      {"a: &a [*a]\n", "1:8 yaml/limit"},
      {"a: &a {b: {c: *a}}\n", "1:15 yaml/limit"},
      {"a: &x 1\nb: *x\nc: &x 2\nd: *x\n", ""},
  });
  const Source source("a.yaml", "a: &orders 1\nb: *order\n");
  Findings findings(0);
  yaml::read(source, findings);
  CHECK(findings.all().at(0).label == "did you mean `*orders`?");
}

TEST_CASE("only the tags of the core schema are understood") {
  check_all({
      {"a: !!python/object:os.system {}\n", "1:4 yaml/unknown-tag"},
      {"a: !foo b\n", "1:4 yaml/unknown-tag"},
      {"a: !2\n", "1:4 yaml/unknown-tag"},
      {"a: !!timestamp 2020-01-01\n", "1:4 yaml/unknown-tag"},
      {"a: !!int x\n", "1:4 yaml/syntax"},
      {"a: !!map [1]\n", "1:4 yaml/unknown-tag"},
      {"a: !!str 1\nb: !!int '2'\nc: !!map {}\nd: !!seq []\ne: !!null ''\nf: !!bool true\ng: !!float 1\nh: ! "
       "1\n",
       ""},
  });
}

TEST_CASE(
    "a duplicate key is reported at each later key, with a note at the first, and the first value stays") {
  check_all({
      {"a: 1\na: 2\n", "2:1 yaml/duplicate-key"},
      {"a: 1\nb: {c: 1, d: 2, c: 3}\n", "2:17 yaml/duplicate-key"},
      {"a: 1\n\"a\": 2\n'a': 3\n", "2:1 yaml/duplicate-key\n3:1 yaml/duplicate-key"},
      {"? [x, 1]\n: 1\n? [x, 1]\n: 2\n", "3:3 yaml/duplicate-key"},
      {"1: a\n'1': b\n", ""},
      {"~: a\nnull: b\n", "2:1 yaml/duplicate-key"},
      {"a: &a {x: 1}\nb: {<<: *a, x: 2}\n", ""},
      {"a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a\n", "4:3 yaml/duplicate-key"},
  });
  CHECK(outline_of("a: 1\na: 2\n") == "2:1 yaml/duplicate-key\n0-9:{0-1:s(a) = 3-4:i(1)}");
  std::string many = "k0: x\n";
  for (int i = 0; i < 50; ++i) many += "k" + std::to_string(i) + ": y\n";
  CHECK(told_of(many) == "2:1 yaml/duplicate-key\n");
  const Source source("a.yaml", "a: 1\nb: 2\na: 3\n");
  Findings findings(7);
  yaml::read(source, findings);
  REQUIRE(findings.all().at(0).notes.size() == 1);
  CHECK(findings.all()[0].notes[0].at == Place{7, {0, 1}});
  CHECK(findings.all()[0].at == Place{7, {10, 11}});
}

TEST_CASE("what parsers of YAML 1.1 read otherwise is a note at the value") {
  const auto notes = [](const std::string& text) { return told_of(text, Level::note); };
  for (const char* value : {"no", "Yes", "ON", "off", "0o17", "017", "1_000", "1:30", "1e3", "0b101", "1.10",
                            "2024-01-31", "2024-01-31T10:00:00Z", "2024-01-31 10:00:00"}) {
    CAPTURE(value);
    CHECK(notes("a: " + std::string(value) + "\n") == "1:4 yaml/unportable-scalar\n");
    CHECK(notes("a: \"" + std::string(value) + "\"\n").empty());
  }
  for (const char* value :
       {"y",  "n",       "true",    "null", "1",   "-1.5", "1.0",    "10",   "1.1.0", "noon",
        "oN", "8080:80", "2024-01", "0",    "0.5", "a_b",  "1.5e+3", "0x1f", "v1.10", "08:15"}) {
    CAPTURE(value);
    CHECK(notes("a: " + std::string(value) + "\n").empty());
  }
  CHECK(notes("on: 1\n") == "1:1 yaml/unportable-scalar\n");
  CHECK(notes("a: 2024-01-01\nb: 2024-01-02\n") == "1:4 yaml/unportable-scalar\n");
  CHECK(notes("a: no\nb: [\n") == "3:1 yaml/syntax\n");
}
