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
  for (const char* text :
       {"a:\n\tb: c\n", "\ta: b\n", "a:\n  - b\n\t- c\n", "a: b\n\tc\n", "-\ta: b\n", "- \t- b\n",
        "a: |\n\tb\n", "a: |\n  b\n\tc\n", "a:\n  b: c\n\td: e\n", "a: b\n\t\nc: d\n"}) {
    CAPTURE(text);
    CHECK(twins(text) == "parser");
  }
}

TEST_CASE("an empty value is none of the words that follow it") {
  CHECK(twins("a:\n~ b: c\n") == "yes");
  CHECK(twins("a: null # b\nc: ~\n~: d\n") == "yes");
}

TEST_CASE("quotes around escaped line ends hold nothing, and have a place") {
  CHECK(twins("a: \"\\\n\"\nb: c\n") == "yes");
  CHECK(twins("a: \"\\\n  \\\n \"\n") == "yes");
}

TEST_CASE("what the fast reader does not know for certain is the parser's") {
  for (const char* text : {"",
                           "# a\n",
                           "a\n",
                           "a: b\na: c\n",
                           "a: !!str b\n",
                           "%YAML 1.2\n---\na: b\n",
                           "a: b\n---\nc: d\n",
                           "? a\n: b\n",
                           "a: 'b\n",
                           "a: [b\n",
                           "a: [b, c: d]\n",
                           "a: {b}\n",
                           "a: *b\n",
                           "a: &a [*a]\n",
                           "&a b: c\n",
                           "- &a b: c\n",
                           "a: b: c\n",
                           "a: - b\n",
                           "a: \"\\N\"\n",
                           "a: |0\n  b\n",
                           "a: |\n",
                           "a: b\n  c: d\n",
                           "a:\n  b: c\n d: e\n",
                           "a: b #c\n  d\n",
                           "a: [b]#c\n",
                           "a: 'b'#c\n",
                           "a: @b\n",
                           "a: ?b\n",
                           "a: b\n... c\n"}) {
    CAPTURE(text);
    CHECK(twins(text) == "parser");
  }
}

TEST_CASE("the fast reader knows what manifests are made of") {
  for (const char* text :
       {"a: b\n",
        "\xef\xbb\xbf"
        "a: b",
        "---\r\na: b\r\n...\r\n", "- a\n- - b\n  - c: d\n    e:\n", "a:\n- b\nc:\n  - d\n",
        "{a: [b, 'c'], \"d\":1}\n", "a: [\n  b, # c\n  d e\n  f,\n]\n", "a: b\n  c\n\n  d # e\nf: g\n",
        "a: \"b \\\n  c\\u00e9\"\n", "a: 'it''s\n\n  b'\n", "a: |\n  b\n\n   c\n\nd: >-2\n   e\n  f\n",
        "a: &a {b: c}\nd: *a\ne:\n  <<: *a\n  f: *a\n", "a: no\nb: 2024-01-31\nc: 1.10\n",
        "'a' : b\n\"c\":\td\n", "a:\n  b\n  c\nd:\n  'e'\n", "~: a\n1: b\ntrue: c\n"}) {
    CAPTURE(text);
    CHECK(twins(text) == "yes");
  }
}

TEST_CASE("the fast reader's limits are the parser's") {
  yaml::Limits limits;
  limits.depth = 3;
  limits.nodes = 12;
  limits.aliases = 2;
  limits.flow_marks = 6;
  const auto fits = [&](const char* text) {
    const Source source("a.yaml", text);
    Findings fast(0), slow(0);
    const bool read = yaml::read_fast(source, fast, limits).has_value();
    CHECK(read == !yaml::read_with_parser(source, slow, limits).empty());
    return read;
  };
  CHECK(fits("a:\n  - - b\n"));
  CHECK_FALSE(fits("a:\n  - - - b\n"));
  CHECK(fits("a: [[b]]\n"));
  CHECK_FALSE(fits("a: [[[b]]]\n"));
  CHECK(fits("- 2\n- 3\n- 4\n- 5\n- 6\n- 7\n- 8\n- 9\n- a\n- b\n- c\n"));
  CHECK_FALSE(fits("- 2\n- 3\n- 4\n- 5\n- 6\n- 7\n- 8\n- 9\n- a\n- b\n- c\n- d\n"));
  CHECK(fits("- &a b\n- *a\n- *a\n"));
  CHECK_FALSE(fits("- &a b\n- *a\n- *a\n- *a\n"));
  CHECK(fits("- &a [b, c, d]\n- *a\n"));
  CHECK_FALSE(fits("- &a [b, c, d]\n- *a\n- *a\n"));
  CHECK(fits("a: &a [b]\nc: [*a]\n"));
  CHECK_FALSE(fits("a: &a [[b]]\nc: [*a]\n"));
  CHECK(fits("a: [b, c, d, e, f]\n"));
  CHECK_FALSE(fits("a: [b, c, d, e, f, g]\n"));
}

TEST_CASE("the fast reader reads as the parser does whatever it reads of the corpora") {
  size_t files = 0, read = 0;
  for (const char* folder :
       {"real", "invalid", "traps", "../cases", "yaml-test-suite", "../../templates", "../fuzz/corpus"})
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
