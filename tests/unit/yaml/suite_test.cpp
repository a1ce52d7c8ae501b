#include "tests/unit/yaml/corpus.hpp"
#include "tests/unit/yaml/told.hpp"

#include <doctest.h>

using namespace mesh;

namespace {

// What our reader makes of a case: "valid", "other" (read, but not as the suite says), or the rule that
// refuses it.
std::string verdict(const std::string& name) {
  const std::string stem = "yaml-test-suite/" + name;
  const Source source(name + ".yaml", corpus::bytes(stem + ".yaml"));
  Findings findings(0);
  const auto documents = yaml::read_yaml(source, findings);
  for (const Finding& finding : findings.all())
    if (finding.level == Level::error) return std::string(finding.rule);
  const Source json(name + ".json", corpus::bytes(stem + ".json"));
  if (json.bytes().empty() || documents.size() != 1) return "valid";
  Findings faults(0);
  const auto expected = yaml::read_json(json, faults);
  if (expected.empty()) return "valid";  // several values: several documents
  return equal(documents[0].root(), expected[0].root()) ? "valid" : "other";
}

}  // namespace

TEST_CASE("the YAML test suite is judged as it says, but for the differences that are meant") {
  std::map<std::string, std::string> meant;
  for (const auto& row : corpus::table("yaml-test-suite/differences.tsv")) {
    CHECK(!row.at("why").empty());
    meant[row.at("case")] = row.at("ours");
  }
  size_t cases = 0;
  for (const auto& row : corpus::table("yaml-test-suite/index.tsv")) {
    const std::string& name = row.at("case");
    CAPTURE(name);
    ++cases;
    const std::string ours = verdict(name);
    const bool agrees = row.at("expected") == "error" ? ours.starts_with("yaml/") : ours == "valid";
    const auto difference = meant.find(name);
    if (difference == meant.end()) {
      CHECK_MESSAGE(agrees, row.at("name"), ": ", row.at("expected"), ", ours: ", ours);
      continue;
    }
    CHECK_FALSE(agrees);
    CHECK(ours == difference->second);
    meant.erase(difference);
  }
  CHECK(cases == 402);
  CHECK(meant.empty());
}
