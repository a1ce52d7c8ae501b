#include "core/base/files.hpp"
#include "core/schema/schema.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"
#include "tests/unit/source_dir.hpp"

#include <doctest.h>

#include <filesystem>
#include <string>

using namespace mesh;
using namespace mesh::schema;
using yaml::Node;

namespace {

struct Omission {
  std::string_view draft, file, group, reason;  // "" means every one
};

// What of the official suite is left out, and why.
constexpr Omission kLeftOut[] = {
    {"", "content.json", "", "contentEncoding and contentMediaType are annotations that nobody reads"},
    {"", "dynamicRef.json", "", "$dynamicRef is in no schema that manifests use"},
    {"", "recursiveRef.json", "", "$recursiveRef is in no schema that manifests use"},
    {"", "defs.json", "validate definition against metaschema",
     "the meta-schema is held together by $dynamicRef"},
    {"", "", "unevaluatedItems with $recursiveRef", "$recursiveRef"},
    {"", "", "unevaluatedProperties with $recursiveRef", "$recursiveRef"},
    {"", "", "unevaluatedItems with $dynamicRef", "$dynamicRef"},
    {"", "", "unevaluatedProperties with $dynamicRef", "$dynamicRef"},
    {"", "vocabulary.json", "", "vocabularies are not switched off by meta-schemas of users"},
};

struct Parsed {
  Source source;
  std::vector<yaml::Document> documents;
  Node root() const { return documents.front().root(); }
};

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

bool left_out(std::string_view draft, std::string_view file, std::string_view group) {
  for (const Omission& omission : kLeftOut) {
    const auto fits = [](std::string_view wanted, std::string_view is) {
      return wanted.empty() || wanted == is;
    };
    if (fits(omission.draft, draft) && fits(omission.file, file) && fits(omission.group, group)) return true;
  }
  return false;
}

int run_draft(std::string_view name, Draft draft) {
  const std::filesystem::path corpus = std::filesystem::path(source_dir()) / "tests/corpus";
  const std::filesystem::path suite = corpus / "json-schema-test-suite";
  Registry registry;
  add_all(registry, suite / "remotes", "http://localhost:1234/");
  add_meta_schemas(registry, corpus / "json-schema");
  int executed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(suite / "tests" / name)) {
    if (!entry.is_regular_file()) continue;
    const std::string file = entry.path().filename().string();
    const auto cases = parse(entry.path());
    for (uint32_t i = 0; i < cases->root().size(); ++i) {
      const Node group = cases->root().item(i);
      const std::string title(group.find("description")->text());
      if (left_out(name, file, title)) continue;
      CAPTURE(file);
      CAPTURE(title);
      const auto schema = compile(text_of(*cases, *group.find("schema")), draft, &registry);
      if (!schema) {
        FAIL_CHECK(schema.error().message);
        continue;
      }
      const Node tests = *group.find("tests");
      for (uint32_t k = 0; k < tests.size(); ++k) {
        const Node test = tests.item(k);
        const std::string what(test.find("description")->text());
        CAPTURE(what);
        const Node data = *test.find("data");
        const bool valid = test.find("valid")->boolean();
        CHECK(is_valid(*schema, data) == valid);
        // The explaining pass finds a cause exactly where the boolean one says no.
        CHECK(validate(*schema, data).empty() == valid);
        ++executed;
      }
    }
  }
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
