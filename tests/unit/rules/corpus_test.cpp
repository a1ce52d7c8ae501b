#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "tests/unit/rules/checking.hpp"
#include "tests/unit/source_dir.hpp"

#include <algorithm>
#include <map>
#include <set>

using namespace mesh;

namespace {

const std::string kCorpus = source_dir() + "/tests/corpus/";

// The rows of a tab-separated file, by column name.
using Row = std::map<std::string, std::string>;
std::vector<Row> read_table(const std::string& path) {
  const auto text = read_file(path);
  REQUIRE(text);
  const auto lines = split(*text, '\n');
  const auto names = split(lines.front(), '\t');
  std::vector<Row> rows;
  for (size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const auto cells = split(lines[i], '\t');
    Row& row = rows.emplace_back();
    for (size_t j = 0; j < names.size(); ++j) row[std::string(names[j])] = j < cells.size() ? cells[j] : "";
  }
  return rows;
}

bool is_of_reader_or_schema(std::string_view rule) {
  return rule.starts_with("yaml/") || rule.starts_with("schema/") || rule.starts_with("manifest/");
}

}  // namespace

TEST_CASE("each invalid document of the corpus gives its rule at its place, and no other error") {
  for (const Row& row : read_table(kCorpus + "invalid/index.tsv")) {
    const std::string& rule = row.at("rule");
    CAPTURE(row.at("case"));
    const bool is_folder = row.at("stage") == "mesh";
    const test::Checked checked =
        test::check_paths({kCorpus + "invalid/" + (is_folder ? row.at("case") : row.at("file"))});
    size_t hits = 0, other_errors = 0;
    for (const Finding& finding : checked.findings) {
      const Position at = checked.position(finding);
      const bool is_it = finding.rule == rule && std::to_string(at.line) == row.at("line") &&
                         std::to_string(at.column) == row.at("col") &&
                         name_of(finding.level) == row.at("severity");
      hits += is_it;
      other_errors += !is_it && finding.level == Level::error;
    }
    CHECK_MESSAGE(hits == 1, checked.told());
    CHECK_MESSAGE(other_errors == 0, checked.told());
  }
}

TEST_CASE("each trap gives its rule on its line") {
  for (const Row& row : read_table(kCorpus + "traps/EXPECT.tsv")) {
    CAPTURE(row.at("file"));
    const test::Checked checked = test::check_paths({kCorpus + "traps/" + row.at("file")});
    size_t hits = 0, other_errors = 0;
    for (const Finding& finding : checked.findings) {
      const bool is_it = finding.rule == row.at("rule") && name_of(finding.level) == row.at("level") &&
                         std::to_string(checked.position(finding).line) == row.at("line");
      hits += is_it;
      other_errors += !is_it && finding.level == Level::error &&
                      (row.at("rule").empty() || !is_of_reader_or_schema(finding.rule));
    }
    CHECK_MESSAGE((row.at("rule").empty() || hits >= 1), checked.told());
    CHECK_MESSAGE(other_errors == 0, checked.told());
  }
}

// What the rules say against documents that nobody of this project wrote was looked at one by one, as their
// maintainers would: tests/corpus/review.tsv lists each finding and why it is true. Any other one is a false
// alarm until somebody has looked.
TEST_CASE("errors in real documents are those that were reviewed") {
  std::set<std::string> reviewed;
  for (const Row& row : read_table(kCorpus + "review.tsv"))
    reviewed.insert(row.at("file") + ":" + row.at("line") + " " + row.at("rule"));
  std::set<std::string> found;
  for (const Row& row : read_table(kCorpus + "real/index.tsv")) {
    const test::Checked checked = test::check_paths({kCorpus + "real/" + row.at("file")});
    for (const Finding& finding : checked.findings)
      if (finding.level == Level::error && !is_of_reader_or_schema(finding.rule))
        found.insert(row.at("file") + ":" + std::to_string(checked.position(finding).line) + " " +
                     std::string(finding.rule));
  }
  for (const std::string& finding : found) CHECK_MESSAGE(reviewed.contains(finding), finding);
  for (const std::string& finding : reviewed) CHECK_MESSAGE(found.contains(finding), finding);
}
