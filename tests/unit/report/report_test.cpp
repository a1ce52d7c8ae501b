#include "core/report/report.hpp"

#include "core/base/files.hpp"
#include "core/schema/schema.hpp"
#include "core/yaml/reader.hpp"
#include "tests/unit/report/files.hpp"
#include "tests/unit/source_dir.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::report;
using test::Files;
using test::finding;

namespace {

constexpr std::string_view kContract = "schema:\n- name: orders\n  properties:\n    - name: order_id\n";

}  // namespace

TEST_CASE("text shows the line, marks the place and says what to do") {
  Files files;
  Finding one = finding(files.add("sales/orders.odcs.yaml", std::string(kContract)), {49, 57},
                        "column `order_id` has no logical type");
  one.label = "add `logicalType`";
  CHECK(files.written(Format::text, {one}) ==
        "error[contract/column-without-type]: column `order_id` has no logical type\n"
        " --> sales/orders.odcs.yaml:4:13\n"
        "  |\n"
        "4 |     - name: order_id\n"
        "  |             ^^^^^^^^ add `logicalType`\n"
        "  = help: mesh explain contract/column-without-type\n"
        "\n");
}

TEST_CASE("a note has a snippet of its own, and one gutter fits all") {
  Files files;
  const FileId a = files.add("a.yaml", std::string(12, '\n') + "id: x\n"), b = files.add("b.yaml", "id: x\n");
  Finding one = finding(a, {16, 17}, "two contracts share the id `x`");
  one.help = "rename one of them";
  one.notes.push_back({"the other one", {b, {4, 5}}});
  CHECK(files.written(Format::text, {one}) ==
        "error[contract/column-without-type]: two contracts share the id `x`\n"
        "  --> a.yaml:13:5\n"
        "   |\n"
        "13 | id: x\n"
        "   |     ^\n"
        "   = help: rename one of them\n"
        "note: the other one\n"
        "  --> b.yaml:1:5\n"
        "   |\n"
        " 1 | id: x\n"
        "   |     -\n"
        "\n");
}

TEST_CASE("a place of several lines says where it ends") {
  Files files;
  const FileId file = files.add("a.yaml", "a: [1,\n 2]\n");
  CHECK(files.written(Format::text, {finding(file, {3, 10}, "too long")}).find("  |    ^^^ up to line 2\n") !=
        std::string::npos);
}

TEST_CASE("a file that vanished loses its snippet, not its finding") {
  Files files;
  files.workspace.root = "/nonexistent";
  files.workspace.files.push_back({.path = "gone.yaml", .key = "gone.yaml"});
  Finding one = finding(0, {40, 50}, "it is wrong");
  one.label = "do this";
  CHECK(files.written(Format::text, {one}) ==
        "error[contract/column-without-type]: it is wrong\n"
        " --> gone.yaml:1:1\n"
        "  = do this\n"
        "  = help: mesh explain contract/column-without-type\n"
        "\n");
  CHECK(files.written(Format::concise, {one}) ==
        "gone.yaml:1:1: error[contract/column-without-type]: it is wrong\n");
}

TEST_CASE("a file that became shorter in between is shown as it is now") {
  Files files;
  const FileId file = files.add("a.yaml", "x");
  CHECK(files.written(Format::concise, {finding(file, {900, 950}, "it is wrong")}) ==
        "a.yaml:1:2: error[contract/column-without-type]: it is wrong\n");
  CHECK(files.written(Format::text, {finding(file, {900, 950}, "it is wrong")}).find("1 | x\n") !=
        std::string::npos);
}

TEST_CASE("a line that reading kept is shown as it was judged, without its secrets") {
  Files files;
  files.workspace.root = "/nonexistent";
  files.workspace.files.push_back({.path = "gone.yaml", .key = "gone.yaml"});
  const std::string text = "a: 1\nb: \xc3\xa9 x\r\npassword: hunter2hunter\n";
  files.workspace.excerpts.emplace_back(Source("gone.yaml", text), std::vector<uint32_t>{8, 15});
  CHECK(files.written(Format::text, {finding(0, {11, 12}, "it is wrong")}) ==
        "error[contract/column-without-type]: it is wrong\n"
        " --> gone.yaml:2:6\n"
        "  |\n"
        "2 | b: \xc3\xa9 x\n"
        "  |      ^\n"
        "  = help: mesh explain contract/column-without-type\n"
        "\n");
  CHECK(files.written(Format::text, {finding(0, {8, 16}, "it is wrong")}).find("    ^^^ up to line 3") !=
        std::string::npos);
  CHECK(files.written(Format::text, {finding(0, {14, 16}, "it is wrong")}).find("hunter2") ==
        std::string::npos);
  CHECK(files.written(Format::concise, {finding(0, {0, 1}, "it is wrong")}).starts_with("gone.yaml:1:1:"));
}

TEST_CASE("a finding without a file is still told") {
  Files files;
  CHECK(files.written(Format::concise, {finding(kNoFile, {}, "it is wrong")}) ==
        ".:1:1: error[contract/column-without-type]: it is wrong\n");
  CHECK_FALSE(files.written(Format::text, {finding(kNoFile, {}, "it is wrong")}).empty());
}

TEST_CASE("nothing from a manifest or a path reaches the terminal raw") {
  Files files;
  const FileId file = files.add("a\x1b[2J\n.yaml", "k: \x1b]0;title\x07\xE2\x80\xAE\n");
  Finding one = finding(file, {3, 4}, "`\x1b[31m` and \xC2\x9B is wrong\nerror: fake");
  one.label = one.help = "\x1b[0m";
  one.notes.push_back({"\x1b[1m", {file, {0, 1}}});
  one.fix = Fix{"\x1b[2m", true, {{{0, 1}, "\x1b[3m\xE2\x80\xAE"}}};
  one.waiver = Waiver{"\x1b[4m\nerror: fake", "\x07", "\x1b", {file, {0, 1}}};
  for (const std::string& name : names()) {
    const std::string text = files.written(*format_named(name), {one});
    CAPTURE(text);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\x07') == std::string::npos);
    CHECK(text.find("\xC2\x9B") == std::string::npos);
    CHECK(text.find("\xE2\x80\xAE") == std::string::npos);
    CHECK(text.find("\nerror: fake") == std::string::npos);
  }
}

TEST_CASE("colour is an addition: without the escapes the text is the same") {
  Files files;
  const FileId file = files.add("a.yaml", "id: x\n");
  Finding one = finding(file, {4, 5}, "it is wrong");
  one.notes.push_back({"here", {file, {0, 2}}});
  for (const Format format : {Format::text, Format::concise}) {
    const std::string plain = files.written(format, {one}),
                      colored = files.written(format, {one}, {80, true});
    std::string stripped;
    for (size_t at = 0; at < colored.size(); ++at) {
      if (colored[at] == '\x1b')
        at = colored.find('m', at);
      else
        stripped += colored[at];
    }
    CHECK(colored != plain);
    CHECK(stripped == plain);
  }
}

TEST_CASE("json holds every fact of a finding and is what its schema promises") {
  Files files;
  const FileId file = files.add("a.yaml", "id: \xC3\xA9t\xC3\xA9\nb: [1,\n 2]\n");
  Finding one = finding(file, {4, 9}, "`\xC3\xA9t\xC3\xA9` is \"wrong\"");
  one.label = "here";
  one.notes.push_back({"and here", {file, {13, 20}}});
  Finding two = finding(file, {0, 2}, "a warning");
  two.level = Level::warning;
  const std::string json = files.written(Format::json, {one, two});
  CHECK(json ==
        "{\"schemaVersion\": 1,\n"
        "\"summary\": {\"files\": 1, \"errors\": 1, \"warnings\": 1, \"notes\": 0, \"waived\": 0, "
        "\"skipped\": 0},\n"
        "\"findings\": [\n"
        "{\"rule\": \"contract/column-without-type\", \"level\": \"error\", \"message\": "
        "\"`\xC3\xA9t\xC3\xA9` is \\\"wrong\\\"\", "
        "\"path\": \"a.yaml\", \"line\": 1, \"column\": 5, \"endLine\": 1, \"endColumn\": 8, \"label\": "
        "\"here\", "
        "\"help\": \"mesh explain contract/column-without-type\", \"notes\": [{\"message\": \"and here\", "
        "\"path\": "
        "\"a.yaml\", \"line\": 2, \"column\": 4, \"endLine\": 3, \"endColumn\": 4}], \"fix\": null, "
        "\"waiver\": null},\n"
        "{\"rule\": \"contract/column-without-type\", \"level\": \"warning\", \"message\": \"a warning\", "
        "\"path\": \"a.yaml\", "
        "\"line\": 1, \"column\": 1, \"endLine\": 1, \"endColumn\": 3, \"label\": \"\", "
        "\"help\": \"mesh explain contract/column-without-type\", \"notes\": [], \"fix\": null, \"waiver\": "
        "null}\n"
        "]}\n");

  const auto text = read_file(source_dir() + "/tests/report/json.schema.json");
  REQUIRE(text);
  const auto schema = schema::compile(*text);
  REQUIRE(schema);
  for (const std::string& document : {json, files.written(Format::json, {})}) {
    const Source source("report.json", document);
    Findings findings;
    const auto read = yaml::read_json(source, findings);
    CHECK(findings.empty());
    REQUIRE(read.size() == 1);
    CHECK(schema::is_valid(*schema, read.front().root()));
  }
}

TEST_CASE("the summary counts by level and leaves out what there is none of") {
  CHECK(summary_line({.files = 12, .errors = 2, .warnings = 1}) == "checked 12 manifests: 2 errors, 1 warning");
  CHECK(summary_line({.files = 1, .notes = 3}) == "checked 1 manifest: 3 notes");
  CHECK(summary_line({}) == "checked 0 manifests: all fine");
}
