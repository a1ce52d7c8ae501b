#include "core/model/waivers.hpp"

#include <doctest.h>

using namespace mesh;

namespace {

struct Read {
  std::string text;
  std::vector<model::Allow> allows;
};

Read read(const std::string& text) {
  const Source source("a.yaml", text);
  Findings findings(0);
  const auto documents = yaml::read(source, findings);
  return {text, model::read_allows(source, yaml::find_comments(source, documents), 7)};
}

std::string at(const Read& read, Span span) { return read.text.substr(span.begin, span.end - span.begin); }

// What is wrong with the only allowance of a line, "MESSAGE @ PLACE"; "" when it is in order.
std::string fault(const std::string& comment) {
  const Read got = read("a: 1 # " + comment + "\n");
  REQUIRE(got.allows.size() == 1);
  const auto& fault = got.allows.front().fault;
  return fault ? fault->message + " @ " + at(got, fault->at) : "";
}

}  // namespace

TEST_CASE("an allowance names rules, a day and a reason") {
  const Read got = read("a: 1 # mesh:allow x/y, z/* until=2026-12-31 reason=\"as # agreed\"\n");
  REQUIRE(got.allows.size() == 1);
  const model::Allow& allow = got.allows.front();
  CHECK_FALSE(allow.fault);
  CHECK(allow.file == 7);
  REQUIRE(allow.rules.size() == 2);
  CHECK(allow.rules[0].text == "x/y");
  CHECK(at(got, allow.rules[1].at) == "z/*");
  CHECK(allow.until.text == "2026-12-31");
  CHECK(allow.reason.text == "as # agreed");
  CHECK(at(got, allow.at) == "mesh:allow x/y, z/* until=2026-12-31 reason=\"as # agreed\"");
  CHECK(at(got, allow.line) == got.text.substr(0, got.text.size() - 1));
  CHECK_FALSE(allow.line_below);
}

TEST_CASE("a comment that stands alone is for the line right below it, further comments aside") {
  const Read got = read(
      "# mesh:allow x/y until=2026-12-31 reason=a\n  # why\na: 1\n\n# mesh:allow x/y until=2026-12-31 "
      "reason=a\n\nb: 2\n");
  REQUIRE(got.allows.size() == 2);
  REQUIRE(got.allows[0].line_below);
  CHECK(at(got, *got.allows[0].line_below) == "a: 1");
  CHECK_FALSE(got.allows[1].line_below);
}

TEST_CASE("several allowances stand in one comment or one above the other") {
  const Read got = read(
      "# mesh:allow a/b until=2026-12-31 reason=x\n## mesh:allow c/d until=2026-12-31 reason=x\n"
      "a: 1 # note # mesh:allow e/f until=2026-12-31 reason=x # mesh:allow g/h until=2026-12-31 reason=y\n");
  REQUIRE(got.allows.size() == 4);
  CHECK(at(got, *got.allows[0].line_below) == at(got, got.allows[2].line));
  CHECK(at(got, *got.allows[1].line_below) == at(got, got.allows[2].line));
  CHECK(got.allows[3].rules.front().text == "g/h");
  for (const model::Allow& allow : got.allows) CHECK_FALSE(allow.fault);
}

TEST_CASE("what only looks like an allowance is none") {
  CHECK(read("a: 1 # see mesh:allow\nb: \"# mesh:allow x/y\"\nc: 2 # mesh:allowed\nd: x#mesh:allow\n")
            .allows.empty());
}

TEST_CASE("each part that is missing or wrong is told where it is") {
  CHECK(fault("mesh:allow x/y until=2026-12-31 reason=ok") == "");
  CHECK(fault("mesh:allow until=2026-12-31 reason=x") == "the allowance names no rule @ mesh:allow");
  CHECK(fault("mesh:allow x/y reason=x") == "the allowance has no end @ mesh:allow");
  CHECK(fault("mesh:allow x/y until=2026-12-31") == "the allowance gives no reason @ mesh:allow");
  CHECK(fault("mesh:allow") == "the allowance names no rule @ mesh:allow");
  CHECK(fault("mesh:allow:x/y") == "`mesh:allow` is followed by no space @ :");
  CHECK(fault("mesh:allow x/y until=tomorrow reason=x") == "`tomorrow` is no day @ tomorrow");
  CHECK(fault("mesh:allow x/y until=2026-02-30 reason=x") == "`2026-02-30` is no day @ 2026-02-30");
  CHECK(fault("mesh:allow x/y until=2026-12-31 reason=\"\"") == "`reason` is empty @ \"\"");
  CHECK(fault("mesh:allow x/y until= reason=x") == "`until` is empty @ until");
  CHECK(fault("mesh:allow x/y until=2026-12-31 reason=\"x") == "this quote is not closed @ \"x");
  CHECK(fault("mesh:allow x/y until=2026-12-31 reason=two words") ==
        "`words` is not part of the reason @ words");
  CHECK(fault("mesh:allow x/y untill=2026-12-31 reason=x") ==
        "`untill` says nothing about an allowance @ untill");
  CHECK(fault("mesh:allow x/y until = 2026-12-31 reason=x") == "`until` is followed by no `=` @ until");
  CHECK(fault("mesh:allow x/y until=2026-12-31 until=2026-12-30 reason=x") ==
        "`until` stands here twice @ until");
  CHECK(fault("mesh:allow until=2026-12-31 x/y reason=x") == "`x/y` does not belong here @ x/y");
}

TEST_CASE("the entries of a waivers.yaml that have all their parts are read") {
  const Source source("waivers.yaml",
                      "waivers:\n  - {rule: a/b, target: x, owner: o, reason: r, until: 2026-12-31}\n"
                      "  - {rule: a/b, target: x, owner: o, until: 2026-12-31}\n  - 5\n");
  Findings findings(0);
  const auto documents = yaml::read(source, findings);
  const model::Waivers waivers = model::read_waivers(documents.front().root(), 3);
  REQUIRE(waivers.entries.size() == 1);
  CHECK(waivers.file == 3);
  CHECK(waivers.entries.front().until.text == "2026-12-31");
  CHECK(waivers.entries.front().owner == "o");
}
