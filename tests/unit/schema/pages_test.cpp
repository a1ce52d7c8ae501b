#include "core/embed/embed.hpp"
#include "core/schema/standards.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"

#include <doctest.h>

#include <algorithm>

using namespace mesh;
using namespace mesh::schema;

namespace {

std::string example(std::string_view page, std::string_view heading) {
  const size_t section = page.find(heading);
  REQUIRE(section != page.npos);
  const size_t begin = page.find("```yaml\n", section) + 8;
  return std::string(page.substr(begin, page.find("```", begin) - begin));
}

std::vector<Finding> judge(std::string text) {
  const Source source("manifest.yaml", std::move(text));
  Findings reading, findings;
  for (const yaml::Document& document : yaml::read(source, reading))
    check(identify(document.root(), source.path()), document.root(), findings);
  CHECK(reading.empty());
  return findings.all();
}

}  // namespace

TEST_CASE(
    "schema: every rule has a page whose wrong example raises it alone and whose right one raises nothing") {
  for (const SchemaRule& rule : schema_rules()) {
    CAPTURE(rule.id);
    std::string path = "core/rules/" + std::string(rule.id) + ".md";
    std::replace(path.begin() + 11, path.end(), '-', '_');
    const auto page = embed::find(path);
    REQUIRE(page);
    CHECK(page->starts_with("# " + std::string(rule.summary) + "\n"));
    CHECK(judge(example(*page, "## Right")).empty());
    const auto found = judge(example(*page, "## Wrong"));
    REQUIRE(found.size() == 1);
    CHECK(found.front().rule == rule.id);
  }
}
