#include "core/workspace/fixes.hpp"
#include "core/workspace/mend.hpp"

#include <doctest.h>

using namespace mesh;

namespace {

Span find(const std::string& text, const std::string& part) {
  const auto at = static_cast<uint32_t>(text.find(part));
  return {at, at + static_cast<uint32_t>(part.size())};
}

// A fix that puts `with` in the place of each `part`.
Fix fix(const std::string& text, const std::vector<std::pair<std::string, std::string>>& edits) {
  Fix made{"mend it", true, {}};
  for (const auto& [part, with] : edits) made.edits.push_back({find(text, part), with});
  return made;
}

workspace::Mended mend(const std::string& text, const std::vector<Fix>& fixes,
                       const std::string& path = "a.yaml") {
  std::vector<const Fix*> all;
  for (const Fix& one : fixes) all.push_back(&one);
  return workspace::mend(path, text, all);
}

// The text of the only edit, fitted to what stands in its place.
std::string fitted(const std::string& text, const std::string& part, const std::string& with) {
  Boxed<Fix> made = fix(text, {{part, with}});
  workspace::fit_fix(text, made);
  return made ? made->edits.front().text : "dropped";
}

std::vector<std::string> quoted_by_fix(const std::string& text) {
  const Source source("a.yaml", text);
  Findings findings(0);
  const auto documents = yaml::read(source, findings);
  workspace::finish_fixes(source, documents, findings);
  std::vector<std::string> texts;
  for (const Finding& finding : findings.all())
    if (finding.fix) {
      CHECK(finding.fix->safe);
      texts.push_back(with_edits(text, finding.fix->edits));
    }
  return texts;
}

}  // namespace

TEST_CASE("fixes of different places are made together, and every other byte stays") {
  const std::string text = "# head\na:   one # first\r\n\nb: [two,  'x']\n";
  const auto mended = mend(text, {fix(text, {{"two", "2nd"}}), fix(text, {{"one", "1st"}})});
  CHECK(mended.text == "# head\na:   1st # first\r\n\nb: [2nd,  'x']\n");
  CHECK(mended.made == 2);
}

TEST_CASE("of two fixes that touch one place the first is made") {
  const std::string text = "a: one\n";
  const auto mended = mend(text, {fix(text, {{"one", "x"}}), fix(text, {{"ne", "y"}})});
  CHECK(mended.text == "a: x\n");
  CHECK(mended.made == 1);
  CHECK(mended.refused == 0);
}

TEST_CASE("a fix that would change more than it says is left out, and the others are made") {
  const std::string text = "a: &x one\nb: *x\nc: two\nd: three\n";
  const auto mended =
      mend(text, {fix(text, {{"one", "1"}}), fix(text, {{"two", "2: 3"}}), fix(text, {{"three", "3"}})});
  CHECK(mended.text == "a: &x one\nb: *x\nc: two\nd: 3\n");
  CHECK(mended.made == 1);
  CHECK(mended.refused == 2);
}

TEST_CASE("a fix that breaks the text is left out") {
  const std::string text = "a: one\n";
  CHECK(mend(text, {fix(text, {{"one", "\"one"}})}).refused == 1);
  CHECK(mend("a: [", {Fix{"", true, {{{3, 4}, "x"}}}}).refused == 1);
  CHECK(mend(text, {Fix{"", true, {{{3, 99}, "x"}}}}).made == 0);
}

TEST_CASE("what a fix adds or removes may change the number of entries") {
  const std::string text = "a: 1\nb:\n  - x\n  - y\n  - z\nc: 3\n";
  CHECK(mend(text, {fix(text, {{"  - y\n", ""}})}).text == "a: 1\nb:\n  - x\n  - z\nc: 3\n");
  CHECK(mend(text, {fix(text, {{"b:\n  - x\n  - y\n  - z\n", ""}})}).made == 1);
  CHECK(mend(text, {Fix{"", true, {{find(text, "c:"), "d: 4\nc:"}}}}).made == 1);
  CHECK(mend(text, {Fix{"", true, {{{31, 31}, "d: 4\n"}}}}).made == 1);
}

TEST_CASE("a value is written in the quotes of the one whose place it takes") {
  CHECK(fitted("a: one", "one", "two") == "two");
  CHECK(fitted("a: \"one\"", "\"one\"", "two") == "\"two\"");
  CHECK(fitted("a: 'one'", "'one'", "it's") == "'it''s'");
  CHECK(fitted("{\"a\": \"one\"}", "\"one\"", "t\"wo") == "\"t\\\"wo\"");
  CHECK(fitted("a: &x 1\nb: *x", "*x", "two") == "dropped");
  CHECK(fitted("a: |\n  x\n", "|\n  x", "two") == "dropped");
  CHECK(fitted("a: \"one\"", "\"one\"", "\"two\"") == "\"two\"");
}

TEST_CASE("strings that some parsers read otherwise are put in quotes, numbers are not") {
  CHECK(quoted_by_fix("a: no # x\nb: 1.10\nc: 0o17\n") ==
        std::vector<std::string>{"a: \"no\" # x\nb: 1.10\nc: 0o17\n"});
  CHECK(quoted_by_fix("a: 2024-01-01\nb: [2024-02-02, x]\nc: \"2024-03-03\"\n2024-04-04: 1\n") ==
        std::vector<std::string>{
            "a: \"2024-01-01\"\nb: [\"2024-02-02\", x]\nc: \"2024-03-03\"\n\"2024-04-04\": 1\n"});
}
