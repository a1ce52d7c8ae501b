#include "core/text/excerpt.hpp"
#include "core/text/finding.hpp"
#include "core/text/source.hpp"

#include <doctest.h>

using namespace mesh;

TEST_CASE("positions count lines and code points from 1") {
  const Source source("a", "ab\nh\xc3\xa9llo\r\n\xf0\x9f\x98\x80x");
  CHECK(source.line_count() == 3);
  CHECK(source.position(0) == Position{1, 1});
  CHECK(source.position(3) == Position{2, 1});
  CHECK(source.position(6) == Position{2, 3});
  CHECK(source.position(15) == Position{3, 2});
  CHECK(source.position(999) == Position{3, 3});
  CHECK(source.text(source.line(2)) == "h\xc3\xa9llo");
  CHECK(source.text(source.line(3)) == "\xf0\x9f\x98\x80x");
}

TEST_CASE("offsets are the inverse of positions") {
  const Source source("a",
                      "\xef\xbb\xbf"
                      "a\xc3\xa9 b\r\n\nc");
  for (const uint32_t at : {3u, 4u, 6u, 7u, 11u, 12u}) CHECK(source.offset(source.position(at)) == at);
  CHECK(source.position(0) == Position{1, 1});
  CHECK(source.offset({1, 99}) == 8);
  CHECK(source.offset({99, 1}) == 11);
}

TEST_CASE("an empty text has one empty line") {
  const Source source("a", "");
  CHECK(source.line_count() == 1);
  CHECK(source.position(0) == Position{1, 1});
  CHECK(source.text(source.line(1)).empty());
}

TEST_CASE("lines are found in a text of many, and the long ones among them") {
  std::string text;
  std::vector<uint32_t> begins;
  for (int i = 0; i < 400; ++i) {
    begins.push_back(static_cast<uint32_t>(text.size()));
    text += std::string(i == 7 || i == 399 ? 5000 : i % 50, 'x') + (i == 399 ? "" : "\n");
  }
  const Source source("a", text);
  CHECK(source.line_count() == 400);
  for (uint32_t number = 1; number <= 400; ++number) {
    const uint32_t begin = begins[number - 1];
    CHECK(source.line(number).begin == begin);
    CHECK(source.line_at(begin).number == number);
    CHECK(source.line_at(begin).begin == begin);
    CHECK(source.offset(source.position(begin)) == begin);
  }
  const auto longer = source.lines_longer_than(4000);
  REQUIRE(longer.size() == 2);
  CHECK(longer[0].number == 8);
  CHECK(longer[1].number == 400);
  CHECK(source.lines_longer_than(5000).empty());
}

TEST_CASE("an excerpt keeps the lines that are asked for, each once, and no long one") {
  const std::string text = "one\r\ntwo\n" + std::string(5000, 'x') + "\nlast";
  const Source source("a", text);
  const auto end = static_cast<uint32_t>(text.size());
  const Excerpt excerpt(source, {end, 6, 8, 20, end - 2});
  CHECK_FALSE(excerpt.line_at(0));
  CHECK_FALSE(excerpt.line_at(20));
  for (const uint32_t at : {5u, 8u}) {
    const auto line = excerpt.line_at(at);
    REQUIRE(line);
    CHECK(line->number == 2);
    CHECK(line->begin == 5);
    CHECK(line->text == "two\n");
  }
  CHECK_FALSE(excerpt.line_at(9));
  for (const uint32_t at : {end - 4, end}) {
    const auto line = excerpt.line_at(at);
    REQUIRE(line);
    CHECK(line->number == 4);
    CHECK(line->text == "last");
  }
  CHECK_FALSE(excerpt.line_at(end + 1));
  CHECK_FALSE(Excerpt().line_at(0));
}

TEST_CASE("findings are sorted by place, and equal ones told once") {
  Findings findings(1);
  findings.about("b/second", Level::error);
  findings.add(Span{5, 6}, "later");
  findings.add(Span{1, 2}, "early");
  findings.about("a/first", Level::note);
  findings.add(Span{1, 2}, "early");
  findings.add(Span{1, 2}, "early");
  sort_findings(findings.all());
  REQUIRE(findings.size() == 3);
  CHECK(findings.all()[0].rule == "a/first");
  CHECK(findings.all()[1].rule == "b/second");
  CHECK(findings.all()[2].message == "later");
}

TEST_CASE("levels have the names that people write") {
  CHECK(level_named("warning") == Level::warning);
  CHECK(level_named("off") == Level::off);
  CHECK_FALSE(level_named("warn"));
  CHECK_FALSE(level_named("Error"));
  CHECK(name_of(Level::note) == "note");
}
