#include "tests/fuzz/twins.hpp"
#include "tests/unit/yaml/corpus.hpp"

#include <doctest.h>

#include <algorithm>
#include <filesystem>

using namespace mesh;

namespace {

std::vector<std::string> files_below(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus::path(folder)))
    if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(corpus::path("")).string());
  std::sort(files.begin(), files.end());
  return files;
}

// What becomes of a text: "yes", "parser", or how the two differ.
std::string twins(std::string text, const yaml::Limits& limits = {}) {
  const Source source("a.yaml", std::move(text));
  std::string why;
  switch (fuzz::compare(source, limits, why)) {
    case fuzz::Twins::equal:
      return "yes";
    case fuzz::Twins::parser_only:
      return "parser";
    default:
      return why;
  }
}

}  // namespace

TEST_CASE("a tab that indents is never the fast reader's to judge") {
  for (const char* text : {"a:\n\tb: c\n", "\ta: b\n", "a:\n  - b\n\t- c\n", "a: b\n\tc\n", "-\ta: b\n", "- \t- b\n",
                           "a: |\n\tb\n", "a: |\n  b\n\tc\n", "a:\n  b: c\n\td: e\n", "a: b\n\t\nc: d\n"}) {
    CAPTURE(text);
    CHECK(twins(text) == "parser");
  }
}

TEST_CASE("the fast reader reads as the parser does whatever it reads of the corpora") {
  size_t files = 0, read = 0;
  for (const char* folder : {"real", "invalid", "traps", "../cases", "../../templates", "../fuzz/corpus"})
    for (const std::string& file : files_below(folder)) {
      CAPTURE(file);
      const std::string result = twins(corpus::bytes(file));
      CHECK((result == "yes" || result == "parser"));
      ++files;
      read += result == "yes";
    }
  CHECK(files > 500);
  CHECK(read > 400);
}

TEST_CASE("fewer than 1 % of real documents need the parser") {
  size_t files = 0, rejected = 0, fallback = 0;
  for (const auto& row : corpus::table("real/index.tsv")) {
    const Source source(row.at("file"), corpus::bytes("real/" + row.at("file")));
    if (source.path().ends_with(".json")) continue;
    ++files;
    Findings findings(0);
    yaml::read_yaml(source, findings);
    const bool good = std::none_of(findings.all().begin(), findings.all().end(),
                                   [](const Finding& f) { return f.level >= Level::warning; });
    const bool fast = twins(std::string(source.bytes())) == "yes";
    rejected += !good;
    fallback += good && !fast;
    if (good && !fast) MESSAGE("needs the parser: ", row.at("file"));
  }
  MESSAGE("of ", files, " real YAML documents ", rejected, " are rejected; of the others ", fallback,
          " need the parser");
  CHECK(files > 300);
  CHECK(rejected < 10);
  CHECK(fallback * 100 < files);
}
