#include "core/report/snippet.hpp"

#include "core/text/span.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::report;

static Snippet shown(const std::string& line, Span part, size_t columns = 80) {
  return snippet(line, part.begin, part.end, columns);
}

TEST_CASE("marks stand under what is pointed at") {
  const Snippet made = shown("name: order", {6, 11});
  CHECK(made.text == "name: order");
  CHECK(made.marks == "      ^^^^^");
}

TEST_CASE("an empty place gets one mark, also past the end of a line") {
  CHECK(shown("ab", {1, 1}).marks == " ^");
  CHECK(shown("ab", {2, 3}).marks == "  ^");
  const Snippet at_end = shown("", {0, 0});
  CHECK(at_end.text.empty());
  CHECK(at_end.marks == "^");
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

TEST_CASE("a cut never falls into a character, and the marks stay right") {
  std::string line;
  for (int i = 0; i < 4000; ++i) line += "数";
  for (const uint32_t at : {0u, 3000u, 6000u, 11997u}) {
    const Snippet made = shown(line, {at, at + 3}, 61);
    CAPTURE(at);
    CHECK(made.text.find("\xEF\xBF\xBD") == std::string::npos);
    CHECK(columns_of(made.text) <= 61);
    CHECK(made.marks.ends_with(" ^^") != (at == 0));
    CHECK(made.text.starts_with("...") == (at != 0));
    CHECK(made.text.ends_with("...") == (at != 11997));
  }
}

TEST_CASE("no log command is shown, whatever stands in the line") {
  const Snippet made = shown("a: ##vso[task.complete]x # ##[error]y ## z", {3, 5});
  CHECK(made.text == "a: \\u{23}#vso[task.complete]x # \\u{23}#[error]y ## z");
  CHECK(made.marks == "   ^^^^^^^");
}
