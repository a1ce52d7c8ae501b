#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/schema/standards.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"
#include "tests/unit/source_dir.hpp"

#include <doctest.h>

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

using namespace mesh;
using namespace mesh::schema;

namespace {

const std::string kCorpus = source_dir() + "/tests/corpus/";

std::vector<std::vector<std::string>> table(const std::string& path) {
  const auto bytes = read_file(kCorpus + path);
  REQUIRE(bytes);
  std::vector<std::vector<std::string>> rows;
  for (const std::string_view line : split(*bytes, '\n')) {
    if (line.empty()) continue;
    std::vector<std::string> row;
    for (const std::string_view cell : split(line, '\t')) row.emplace_back(cell);
    rows.push_back(std::move(row));
  }
  return rows;
}

uint32_t number(std::string_view text) {
  uint32_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

struct Judged {
  Source source;
  std::vector<Finding> found;  // of schema/… and manifest/…, sorted
  bool readable = false;

  std::string told() const {
    std::string text;
    for (const Finding& finding : found) {
      const Position at = source.position(finding.at.span.begin);
      text += fmt::format("{}:{}: {}: {} | {} | {}\n", at.line, at.column, finding.rule, finding.message,
                          finding.label, finding.help);
    }
    return text;
  }
};

Judged judge(const std::string& path) {
  Judged judged;
  auto bytes = read_file(kCorpus + path);
  REQUIRE(bytes);
  judged.source = Source(path, std::move(*bytes));
  Findings reading, findings;
  const auto documents = yaml::read(judged.source, reading);
  judged.readable = !documents.empty();
  for (const yaml::Document& document : documents)
    check(identify(document.root(), path), document.root(), findings, Formats::ignored);
  judged.found = std::move(findings.all());
  sort_findings(judged.found);
  return judged;
}

}  // namespace

TEST_CASE("schema: real documents get the verdict of the index") {
  int judged_count = 0;
  for (const auto& row : table("real/index.tsv")) {
    if (row[0] == "file" || (row[4] != "valid" && row[4] != "invalid")) continue;
    const Judged judged = judge("real/" + row[0]);
    CAPTURE(row[0]);
    const std::string told = judged.told();
    CAPTURE(told);
    REQUIRE(judged.readable);
    CHECK(judged.found.empty() == (row[4] == "valid"));
    ++judged_count;
    if (row[5] != "1" || judged.found.empty()) continue;
    const Position at = judged.source.position(judged.found.front().at.span.begin);
    const Position index{number(row[6]), number(row[7])};
    // The index points at the object that has an unknown key, at a null and at what fits no form; we at the
    // key inside.
    const bool inside = row[8].ends_with("Properties") || row[8] == "oneOf";
    if (inside) {
      CHECK(at.line >= index.line);
      CHECK(at.line <= index.line + 40);
    } else {
      CHECK(at == index);
      CHECK(judged.found.size() == 1);
    }
  }
  CHECK(judged_count >= 330);
}

TEST_CASE("schema: each invalid case gives its one finding at its place") {
  int cases = 0;
  for (const auto& row : table("invalid/index.tsv")) {
    if (row[0] == "case" || row[2] == "mesh") continue;
    const bool is_schema = row[4] == "schema";
    const Judged judged = judge("invalid/" + row[1]);
    CAPTURE(row[1]);
    const std::string told = judged.told();
    CAPTURE(told);
    if (!is_schema) {
      CHECK(judged.found.empty());
      continue;
    }
    REQUIRE(judged.found.size() == 1);
    CHECK(judged.found.front().rule == row[5]);
    const Position at = judged.source.position(judged.found.front().at.span.begin);
    CHECK(at == Position{number(row[7]), number(row[8])});
    ++cases;
  }
  CHECK(cases >= 20);
}

TEST_CASE("schema: the traps that are the schema's give their rule at their line") {
  int cases = 0;
  for (const auto& row : table("traps/EXPECT.tsv")) {
    if (row.size() < 4 || (!row[3].starts_with("schema/") && !row[3].starts_with("manifest/"))) continue;
    CAPTURE(row[0]);
    std::vector<std::string> files{"traps/" + row[0]};
    if (std::filesystem::is_directory(kCorpus + files.front())) {
      files.clear();
      for (const auto& entry : std::filesystem::recursive_directory_iterator(kCorpus + "traps/" + row[0]))
        if (entry.path().extension() == ".yaml")
          files.push_back("traps/" + row[0] + "/" + entry.path().filename().string());
    }
    size_t found = 0;
    for (const std::string& file : files) {
      const Judged judged = judge(file);
      const std::string told = judged.told();
      CAPTURE(told);
      for (const Finding& finding : judged.found) {
        CHECK(finding.rule == row[3]);
        CHECK(judged.source.position(finding.at.span.begin).line == number(row[1]));
        ++found;
      }
    }
    CHECK(found == 1);
    ++cases;
  }
  CHECK(cases >= 12);
}

TEST_CASE("schema: every embedded schema compiles") {
  for (const Standard standard : {Standard::odcs, Standard::odps, Standard::dcs, Standard::lf_odps,
                                  Standard::dpds, Standard::mesh, Standard::domain, Standard::waivers})
    for (const std::string_view version : versions(standard)) {
      const auto text = schema_text(standard, version);
      REQUIRE(text);
      CHECK(schema_for(standard, version == "3.1.0" && standard == Standard::odcs ? "3.1.0-patched"
                                 : version == "2.2.0"                             ? "2.2.1"
                                                                                  : version));
      const auto schema = compile(*text);
      CHECK_MESSAGE(schema, (schema ? "" : schema.error().message));
    }
}
