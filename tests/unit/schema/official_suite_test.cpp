#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/schema/schema.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"
#include "tests/unit/source_dir.hpp"

#include <doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

using namespace mesh;
using namespace mesh::schema;
using yaml::Node;

namespace {

// What of the official suite is left out: a group of tests, and what it needs. One list for these tests and
// for tests/e2e/schema_suite.py, which asks the command; the page of the command names the same reasons.
struct Omission {
  std::string draft, file, group, needs;
  auto operator<=>(const Omission&) const = default;
};

// Through the library other documents can be had, from a registry; through the command they cannot.
constexpr std::string_view kRemote = "remote reference";

struct Parsed {
  Source source;
  std::vector<yaml::Document> documents;
  Node root() const { return documents.front().root(); }
};

std::vector<Omission> left_out() {
  auto bytes = read_file(source_dir() + "/tests/unit/schema/left_out.tsv");
  REQUIRE(bytes);
  std::vector<Omission> rows;
  for (const std::string_view line : split(*bytes, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    const auto cells = split(line, '\t');
    REQUIRE(cells.size() == 4);
    rows.push_back(
        {std::string(cells[0]), std::string(cells[1]), std::string(cells[2]), std::string(cells[3])});
  }
  return rows;
}

std::unique_ptr<Parsed> parse(const std::filesystem::path& path) {
  auto parsed = std::make_unique<Parsed>();
  auto bytes = read_file(path.string());
  REQUIRE(bytes);
  parsed->source = Source(path.string(), std::move(*bytes));
  Findings findings;
  parsed->documents = yaml::read_json(parsed->source, findings);
  REQUIRE(findings.empty());
  return parsed;
}

std::string text_of(const Parsed& file, Node node) {
  return std::string(file.source.bytes().substr(node.span().begin, node.span().end - node.span().begin));
}

void add_all(Registry& registry, const std::filesystem::path& folder, const std::string& uri) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    const std::string path = std::filesystem::relative(entry.path(), folder).string();
    auto bytes = read_file(entry.path().string());
    REQUIRE(bytes);
    CHECK_MESSAGE(registry.add(uri + path, *bytes), path);
  }
}

void add_meta_schemas(Registry& registry, const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    auto bytes = read_file(entry.path().string());
    REQUIRE(bytes);
    const auto parsed = parse(entry.path());
    std::string id(parsed->root().find("$id")->text());
    if (id.ends_with('#')) id.pop_back();
    CHECK(registry.add(id, *bytes));
  }
}

// The tests of one group that come out wrong, and how many there are.
struct Outcome {
  std::string wrong;
  int executed = 0;
};

Outcome run_group(const Parsed& cases, Node group, Draft draft, const Registry& registry) {
  Outcome outcome;
  const auto schema = compile(text_of(cases, *group.find("schema")), draft, &registry);
  if (!schema) return {schema.error().message, 0};
  const Node tests = *group.find("tests");
  for (uint32_t k = 0; k < tests.size(); ++k) {
    const Node data = *tests.item(k).find("data");
    const bool valid = tests.item(k).find("valid")->boolean();
    ++outcome.executed;
    // The explaining pass finds a cause exactly where the boolean one says no.
    if (is_valid(*schema, data) == valid && validate(*schema, data).empty() == valid) continue;
    outcome.wrong += std::string(tests.item(k).find("description")->text()) + "; ";
  }
  return outcome;
}

int run_draft(std::string_view name, Draft draft) {
  const std::filesystem::path corpus = std::filesystem::path(source_dir()) / "tests/corpus";
  const std::filesystem::path suite = corpus / "json-schema-test-suite";
  Registry registry;
  add_all(registry, suite / "remotes", "http://localhost:1234/");
  add_meta_schemas(registry, corpus / "json-schema");
  std::set<Omission> open;
  for (Omission& omission : left_out())
    if (omission.draft == name && omission.needs != kRemote) open.insert(std::move(omission));
  int executed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(suite / "tests" / name)) {
    if (!entry.is_regular_file()) continue;
    const std::string file = entry.path().filename().string();
    const auto cases = parse(entry.path());
    for (uint32_t i = 0; i < cases->root().size(); ++i) {
      const Node group = cases->root().item(i);
      const std::string title(group.find("description")->text());
      CAPTURE(file);
      CAPTURE(title);
      const Outcome outcome = run_group(*cases, group, draft, registry);
      const auto omission = std::ranges::find_if(
          open, [&](const Omission& one) { return one.file == file && one.group == title; });
      if (omission == open.end()) {
        CHECK(outcome.wrong == "");
        executed += outcome.executed;
      } else {
        // What would pass is not to be left out.
        CHECK_FALSE(outcome.wrong.empty());
        open.erase(omission);
      }
    }
  }
  for (const Omission& gone : open) FAIL_CHECK("no such group: " << gone.file << ": " << gone.group);
  return executed;
}

}  // namespace

TEST_CASE("schema: the official suite passes for draft 7") {
  CHECK(run_draft("draft7", Draft::draft7) >= 900);
}
TEST_CASE("schema: the official suite passes for draft 2019-09") {
  CHECK(run_draft("draft2019-09", Draft::draft2019_09) >= 1150);
}
TEST_CASE("schema: the official suite passes for draft 2020-12") {
  CHECK(run_draft("draft2020-12", Draft::draft2020_12) >= 1150);
}

TEST_CASE("schema: the page of the command names what is left out of the official suite") {
  const auto page = read_file(source_dir() + "/cmd/validate.md");
  REQUIRE(page);
  const std::string text = to_lower(*page);
  std::set<std::string> reasons;
  for (const Omission& omission : left_out()) reasons.insert(to_lower(omission.needs));
  CHECK(reasons.size() == 4);
  for (const std::string& reason : reasons) CHECK_MESSAGE(text.find(reason) != text.npos, reason);
}
