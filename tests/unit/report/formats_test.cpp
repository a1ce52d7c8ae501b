#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/schema/schema.hpp"
#include "core/yaml/reader.hpp"
#include "tests/unit/report/files.hpp"
#include "tests/unit/source_dir.hpp"

#include <doctest.h>

#include <algorithm>
#include <set>

using namespace mesh;
using namespace mesh::report;
using test::Files;
using test::finding;

namespace {

constexpr std::string_view kHostile[] = {
    "::error file=x::y",
    "\n::set-output name=a::b",
    "\r::add-mask::x",
    "##vso[task.setvariable variable=a]b",
    "x ##[error]y",
    "##VSO[task.complete result=Failed]",
    "a;b=c]d,e:f",
    "100%0A::error::x %25 %AZP25",
    "]]><failure/>&amp;<!--",
    "\"' onload='x'",
    "\x1b[31m\x07\x01\x7f",
    "\xC2\x9B\xE2\x80\xAE\xE2\x80\x8B\xEF\xBB\xBF",
    "\xff\xfe bytes",
    "\xEF\xBF\xBE\xEF\xBF\xBF",
    "[click](http://example.com) {0} ${VAR}",
    "\\\"},{\"rule\":\"x",
    "数据 é",
};

// Every text of it is hostile, and so are its file's name and text.
Finding hostile(Files& files, std::string_view text) {
  const std::string value(text);
  const FileId file = files.add("domains/" + value + ".yaml", "a: " + value + "\nb: 1\n");
  Finding one = finding(file, {0, 3}, "`" + value + "` is wrong");
  one.label = one.help = value;
  one.notes.push_back({value, {file, {3, 4}}});
  one.fix = Fix{value, false, {{{0, 1}, value}}};
  return one;
}

Finding waived(Finding one) {
  one.waiver = Waiver{"the source is being replaced", "sales-data", "2026-12-31", {one.at.file, {0, 1}}};
  return one;
}

bool is_valid(const std::string& document, const std::string& schema_file) {
  auto text = read_file(source_dir() + "/tests/report/" + schema_file);
  REQUIRE(text);
  // Draft 4 differs from 7 in nothing that the schema of SARIF uses.
  if (const size_t at = text->find("draft-04"); at != text->npos) text->replace(at, 8, "draft-07");
  const auto schema = schema::compile(*text);
  REQUIRE(schema);
  const Source source("report.json", document);
  Findings findings;
  const auto read = yaml::read_json(source, findings);
  return findings.empty() && read.size() == 1 && schema::is_valid(*schema, read.front().root());
}

size_t lines_of(std::string_view text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("a hostile text adds no line, no command and no raw control character to any report") {
  for (const std::string_view text : kHostile) {
    Files files;
    const Finding one = hostile(files, text);
    Files plain_files;
    const Finding plain = hostile(plain_files, "plain");
    for (const std::string& name : names()) {
      const Format format = *format_named(name);
      for (const bool is_waived : {false, true}) {
        const std::string report = files.written(format, {is_waived ? waived(one) : one});
        CAPTURE(name);
        CAPTURE(report);
        CHECK(lines_of(report) == lines_of(plain_files.written(format, {is_waived ? waived(plain) : plain})));
        CHECK(std::ranges::all_of(report, [](unsigned char c) { return c >= 0x20 || c == '\n'; }));
        CHECK(printable(report, true) ==
              (format == Format::azure && !is_waived ? printable(report, true) : report));
        // A line is a command only if we meant it.
        for (const std::string_view line : split(report, '\n')) {
          if (format != Format::github) CHECK_FALSE(trim(line).starts_with("::"));
          const size_t command = to_lower(line).find("##vso[");
          CHECK(command == (format == Format::azure && !is_waived && !line.empty() ? 0 : line.npos));
          CHECK_FALSE(has(line.substr(command == line.npos ? 0 : 6), "##["));
        }
      }
    }
  }
}

TEST_CASE("documents are valid by the schema of their format, whatever is reported") {
  std::vector<Finding> findings;
  Files files;
  for (const std::string_view text : kHostile) {
    findings.push_back(hostile(files, text));
    findings.push_back(waived(findings.back()));
  }
  Finding nowhere = finding(kNoFile, {}, "it is wrong");
  nowhere.level = Level::note;
  nowhere.rule = "unknown/rule";
  findings.push_back(nowhere);
  for (const auto& [format, schema] :
       {std::pair{Format::json, "json.schema.json"}, std::pair{Format::sarif, "sarif-schema-2.1.0.json"},
        std::pair{Format::gitlab, "gitlab.schema.json"}}) {
    CAPTURE(schema);
    CHECK(is_valid(files.written(format, findings), schema));
    CHECK(is_valid(files.written(format, {}), schema));
    std::ostringstream failure;
    write_failure(failure, format, "nothing was checked: \"x\"");
    CHECK(is_valid(failure.str(), schema));
  }
  CHECK_FALSE(is_valid("{\"version\": \"2.1.0\", \"runs\": [{}]}", "sarif-schema-2.1.0.json"));
}

TEST_CASE("ndjson: a line for each finding, the summary last") {
  Files files;
  const FileId file = files.add("a.yaml", "id: x\n");
  const std::string report = files.written(Format::ndjson, {finding(file, {4, 5}, "it is wrong")});
  CHECK(
      report ==
      "{\"rule\": \"contract/column-without-type\", \"level\": \"error\", \"message\": \"it is wrong\", "
      "\"path\": \"a.yaml\", \"line\": 1, \"column\": 5, \"endLine\": 1, \"endColumn\": 6, \"label\": \"\", "
      "\"help\": \"mesh explain contract/column-without-type\", \"notes\": [], \"fix\": null, \"waiver\": "
      "null}\n"
      "{\"schemaVersion\": 1, \"summary\": {\"files\": 1, \"errors\": 1, \"warnings\": 0, \"notes\": 0, "
      "\"waived\": 0, \"skipped\": 0}}\n");
}

TEST_CASE("sarif: place, rule, fix, notes and waiver") {
  Files files;
  const FileId file = files.add("dom ains/\xC3\xA9#1:%.yaml", "id: \xC3\xA9\xC3\xA9\nb: 1\n");
  Finding one = finding(file, {4, 8}, "`x` is {0} [a](b) ${HOME}");
  one.rule = "id/duplicate";
  one.notes.push_back({"first used here", {file, {9, 10}}});
  one.fix = Fix{"write `y`", true, {{{4, 8}, "y"}}};
  const std::string report = files.written(Format::sarif, {waived(one)});
  CAPTURE(report);
  CHECK(has(report,
            "\"uri\": \"dom%20ains/%C3%A9%231%3A%25.yaml\", \"uriBaseId\": \"%SRCROOT%\"}, \"region\": "
            "{\"startLine\": 1, \"startColumn\": 5, \"endLine\": 1, \"endColumn\": 7}"));
  CHECK(has(
      report,
      "\"text\": \"`x` is {{0}} \\\\[a\\\\](b) ${HOME}\\nhelp: mesh explain id/duplicate\\nfix: write `y`"));
  CHECK(has(report, "\"relatedLocations\": [{\"id\": 1, \"message\": {\"text\": \"first used here\"}"));
  CHECK(has(report, "\"insertedContent\": {\"text\": \"y\"}"));
  CHECK(has(report,
            "\"suppressions\": [{\"kind\": \"inSource\", \"status\": \"accepted\", \"justification\": "
            "\"the source is being replaced\""));
  CHECK(has(report, "\"rules\": [\n{\"id\": \"id/duplicate\", \"shortDescription\""));
  CHECK(has(report, "\"markdown\": \"# "));
  CHECK(has(report, "\"columnKind\": \"unicodeCodePoints\""));
}

TEST_CASE("fingerprints stay when lines move, and differ between findings of one file") {
  const auto prints = [](const std::string& before, Format format) {
    Files files;
    const FileId file = files.add("a.yaml", before + "x: 1\nx: 1\n");
    const auto at = static_cast<uint32_t>(before.size());
    const std::string report = files.written(
        format, {finding(file, {at, at + 1}, "it is wrong"), finding(file, {at + 5, at + 6}, "it is wrong"),
                 finding(file, {at + 5, at + 6}, "that too")});
    std::set<std::string> found;
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (size_t quote = report.find('"'); quote != report.npos; quote = report.find('"', quote + 1)) {
      const std::string word = report.substr(quote + 1, 32);
      if (word.size() == 32 && word.find_first_not_of(kDigits) == word.npos) found.insert(word);
    }
    return found;
  };
  for (const Format format : {Format::sarif, Format::gitlab}) {
    CHECK(prints("", format).size() == 3);
    CHECK(prints("", format) == prints("# a comment\n\n", format));
  }
}

TEST_CASE("github: one command a finding; columns only where they are of one line") {
  Files files;
  const FileId file = files.add("a,b:c.yaml", "id: x\nb: [1,\n 2]\n");
  Finding one = finding(file, {4, 5}, "100% wrong: `x`");
  one.label = "write `y`";
  one.notes.push_back({"here, too", {file, {6, 7}}});
  Finding two = finding(file, {9, 15}, "too long");
  two.level = Level::warning;
  Finding three = finding(file, {0, 2}, "a hint");
  three.level = Level::note;
  CHECK(
      files.written(Format::github, {one, two, three, waived(one)}) ==
      "::error file=a%2Cb%3Ac.yaml,line=1,endLine=1,col=5,endColumn=6,title=contract/column-without-type::"
      "100%25 wrong: `x`%0Awrite `y`%0Ahelp: mesh explain contract/column-without-type%0Anote: "
      "a,b:c.yaml:2:1: "
      "here, too\n"
      "::warning file=a%2Cb%3Ac.yaml,line=2,endLine=3,title=contract/column-without-type::too long%0Ahelp: "
      "mesh "
      "explain contract/column-without-type\n"
      "::notice file=a%2Cb%3Ac.yaml,line=1,endLine=1,col=1,endColumn=3,title=contract/column-without-type::a "
      "hint%0Ahelp: mesh explain contract/column-without-type\n"
      "::notice file=a%2Cb%3Ac.yaml,line=1,endLine=1,col=5,endColumn=6,title=waived%3A "
      "contract/column-without-type::100%25 wrong: `x`%0Awrite `y`%0Ahelp: mesh explain "
      "contract/column-without-type%0Awaived until 2026-12-31 by sales-data: the source is being replaced "
      "(a,b:c.yaml:1:1)%0Anote: a,b:c.yaml:2:1: here, too\n");
}

TEST_CASE("azure: one issue for each error and warning; what it has no type for is a line of the log") {
  Files files;
  const FileId file = files.add("a;b].yaml", "id: x\n");
  Finding one = finding(file, {4, 5}, "100% wrong; `x`]");
  Finding two = finding(file, {0, 2}, "a hint");
  two.level = Level::note;
  CHECK(files.written(Format::azure, {one, two, waived(one)}) ==
        "##vso[task.logissue type=error;sourcepath=a%3Bb%5D.yaml;linenumber=1;columnnumber=5;"
        "code=contract/column-without-type;]100%AZP25 wrong; `x`]%0Ahelp: mesh explain "
        "contract/column-without-type\n"
        "a;b].yaml:1:1: note[contract/column-without-type]: a hint\n"
        "a;b].yaml:1:5: waived[contract/column-without-type]: 100% wrong; `x`], until 2026-12-31 by "
        "sales-data: "
        "the source is being replaced (a;b].yaml:1:1)\n");
}

TEST_CASE("junit: a test for each manifest; what does not fail the run is output") {
  Files files;
  const FileId a = files.add("a.yaml", "id: x\n");
  files.add("good.yaml", "id: y\n");
  Finding one = finding(a, {4, 5}, "`x` < 1");
  Finding two = finding(a, {4, 5}, "a warning");
  two.level = Level::warning;
  const std::string head =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"mesh validate\" tests=\"2\" failures=\"1\" errors=\"0\">\n"
      "  <testsuite name=\"mesh validate\" tests=\"2\" failures=\"1\" errors=\"0\">\n"
      "    <testcase name=\"a.yaml\" classname=\"mesh validate\">\n";
  const std::string tail =
      "    </testcase>\n"
      "    <testcase name=\"good.yaml\" classname=\"mesh validate\"/>\n"
      "  </testsuite>\n"
      "</testsuites>\n";
  const std::string error =
      "a.yaml:1:5-1:6: error[contract/column-without-type]: `x` &lt; 1\n"
      "  = help: mesh explain contract/column-without-type\n";
  const std::string warning =
      "a.yaml:1:5-1:6: warning[contract/column-without-type]: a warning\n"
      "  = help: mesh explain contract/column-without-type\n";
  CHECK(files.written(Format::junit, {one, two}) ==
        head + "      <failure type=\"contract/column-without-type\" message=\"`x` &lt; 1\">" + error +
            "</failure>\n      <system-out>" + warning + "</system-out>\n" + tail);
  CHECK(files.written(Format::junit, {one, two}, {.fails_from = Level::warning}) ==
        head + "      <failure type=\"contract/column-without-type\" message=\"`x` &lt; 1 (and 1 more)\">" +
            error + warning + "</failure>\n" + tail);
  for (const std::string& report : {files.written(Format::junit, {one}, {.fails_from = Level::off}),
                                    files.written(Format::junit, {waived(one)})}) {
    CHECK(has(report, "failures=\"0\""));
    CHECK(has(report, "<system-out>a.yaml:1:5-1:6: "));
  }
  std::ostringstream failure;
  write_failure(failure, Format::junit, "nothing was checked");
  CHECK(has(failure.str(), "tests=\"1\" failures=\"0\" errors=\"1\""));
  CHECK(has(failure.str(), "<error message=\"nothing was checked\"/>"));
}

TEST_CASE("text and concise: a waived finding says so, until when and why; fixes are told apart") {
  Files files;
  const FileId file = files.add("a.yaml", "id: x\n");
  Finding one = waived(finding(file, {4, 5}, "it is wrong"));
  one.fix = Fix{"write `y`", true, {{{4, 5}, "y"}}};
  CHECK(files.written(Format::text, {one}) ==
        "waived[contract/column-without-type]: it is wrong\n"
        " --> a.yaml:1:5\n"
        "  |\n"
        "1 | id: x\n"
        "  |     ^\n"
        "  = waived: until 2026-12-31 by sales-data: the source is being replaced (a.yaml:1:1)\n"
        "  = fix: write `y`, `--fix` does it\n"
        "  = help: mesh explain contract/column-without-type\n"
        "\n");
  CHECK(files.written(Format::concise, {one}) ==
        "a.yaml:1:5: waived[contract/column-without-type]: it is wrong, until 2026-12-31\n");
  one.waiver.reset();
  one.fix->safe = false;
  CHECK(has(files.written(Format::text, {one}), "  = help: write `y`\n  = help: mesh explain"));
}

TEST_CASE("a path at the start of a line is no command") {
  Files files;
  const FileId file = files.add(" ::error::x.yaml", "id: x\n");
  Finding one = finding(file, {0, 2}, "it is wrong");
  one.level = Level::note;
  CHECK(files.written(Format::concise, {one}).starts_with("./ ::error::x.yaml:1:1: note["));
  CHECK(files.written(Format::azure, {one}).starts_with("./ ::error::x.yaml:1:1: note["));
  CHECK(has(files.written(Format::junit, {one}), "<system-out>./ ::error::x.yaml:1:1-1:3: note["));
}

TEST_CASE("places in a line of megabytes are found and shown in no time, and right") {
  std::string text;
  for (int i = 0; i < 200000; ++i) text += "\xC3\xA9 x,";
  Files files;
  const FileId file = files.add("a.json", "{}\n" + text + "\n{}\n");
  std::vector<Finding> findings;
  for (uint32_t i = 0; i < 4000; ++i)
    findings.push_back(finding(file, {3 + i * 50 + 3, 3 + i * 50 + 4}, "x"));
  findings.push_back(
      finding(file, {static_cast<uint32_t>(4 + text.size()), static_cast<uint32_t>(5 + text.size())}, "y"));
  const std::string report = files.written(Format::concise, findings);
  CHECK(report.starts_with("a.json:2:3: "));
  CHECK(has(report, "a.json:2:159963: "));
  CHECK(has(report, "a.json:3:1: error[contract/column-without-type]: y\n"));
  CHECK(has(files.written(Format::text, findings), "\xC3\xA9 x,\xC3\xA9 x,"));
}
