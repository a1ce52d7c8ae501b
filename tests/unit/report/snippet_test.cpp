#include "core/report/snippet.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::report;

static Snippet shown(std::string text, Span span, size_t columns = 80) {
  return snippet(Source("a.yaml", std::move(text)), span, columns);
}

TEST_CASE("marks stand under what is pointed at") {
  const Snippet made = shown("a: 1\nname: order\n", {11, 16});
  CHECK(made.line == 2);
  CHECK(made.text == "name: order");
  CHECK(made.marks == "      ^^^^^");
}

TEST_CASE("an empty place gets one mark, also past the end of a line and of the file") {
  CHECK(shown("ab\n", {1, 1}).marks == " ^");
  CHECK(shown("ab\ncd\n", {2, 3}).marks == "  ^");
  const Snippet at_end = shown("ab\n", {3, 3});
  CHECK(at_end.line == 2);
  CHECK(at_end.text.empty());
  CHECK(at_end.marks == "^");
  CHECK(shown("", {0, 0}).marks == "^");
  CHECK(shown("ab", {900, 950}).marks == "  ^");
}

TEST_CASE("tabs are shown as four columns, before and inside the marks") {
  const Snippet made = shown("\ta:\tb", {1, 5});
  CHECK(made.text == "    a:    b");
  CHECK(made.marks == "    ^^^^^^^");
}

TEST_CASE("wide characters take two columns, combining ones none") {
  const Snippet made = shown("数据: x", {8, 9});
  CHECK(made.text == "数据: x");
  CHECK(made.marks == "      ^");
  CHECK(shown("e\xCC\x81: x", {5, 6}).marks == "   ^");
}

TEST_CASE("what acts on a terminal is shown as an escape, and the marks follow") {
  const Snippet made = shown("a: \x1b[31mx", {8, 9});
  CHECK(made.text == "a: \\u{1b}[31mx");
  CHECK(made.marks == "             ^");
}

TEST_CASE("bytes that are not UTF-8 are shown as one replacement each") {
  const Snippet made = shown("a: \xff\xfex", {5, 6});
  CHECK(made.text == "a: \xEF\xBF\xBD\xEF\xBF\xBDx");
  CHECK(made.marks == "     ^");
}

TEST_CASE("a place of several lines is marked to the end of its first one") {
  const Snippet made = shown("a: [1,\n  2]\nb: 3\n", {3, 11});
  CHECK(made.marks == "   ^^^");
  CHECK(made.last_line == 2);
}

TEST_CASE("a long line is cut around what is pointed at") {
  const std::string line = std::string(300, 'x') + "NEEDLE" + std::string(300, 'y');
  const Snippet made = shown(line, {300, 306}, 60);
  CHECK(made.text.size() <= 60);
  CHECK(made.text.starts_with("...x"));
  CHECK(made.text.ends_with("y..."));
  const size_t at = made.text.find("NEEDLE");
  REQUIRE(at != std::string::npos);
  CHECK(made.marks == std::string(at, ' ') + "^^^^^^");
}

TEST_CASE("a long line is not cut where it starts or ends") {
  const std::string line = "NEEDLE" + std::string(300, 'y');
  CHECK(shown(line, {0, 6}, 60).text.starts_with("NEEDLEy"));
  const std::string other = std::string(300, 'x') + "NEEDLE";
  const Snippet made = shown(other, {300, 306}, 60);
  CHECK(made.text.ends_with("xNEEDLE"));
  CHECK(made.text.size() <= 60);
}

TEST_CASE("marks wider than the room are cut with the line") {
  const Snippet made = shown(std::string(500, 'x'), {0, 500}, 60);
  CHECK(made.text.size() <= 60);
  CHECK(made.marks.size() <= 60);
}

TEST_CASE("a carriage return before the line end is not part of the line") {
  const Snippet made = shown("a: b\r\nc: d\r\n", {3, 4});
  CHECK(made.text == "a: b");
  CHECK(made.marks == "   ^");
}
