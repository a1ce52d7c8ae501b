#include "core/yaml/scan.hpp"
#include "tests/fuzz/check_tree.hpp"

// The scan before the parser must see what the parser sees: else it would refuse good files, or let through
// what the parser chokes on.
static void check_scan(const mesh::Source& source, const mesh::yaml::Limits& limits,
                       const std::vector<mesh::yaml::Document>& documents, const mesh::Findings& findings) {
  using namespace mesh;
  if (documents.size() != 1) return;
  for (const Finding& finding : findings.all())
    if (finding.level != Level::note) return;
  const size_t seen = yaml::scan(source.bytes(), limits).nodes;
  const size_t read = documents[0].tree->node_count();
  fuzz::require(seen <= read, "the scan counts no node that is not there");
  fuzz::require(read <= 2 * seen + 4, "the scan misses few of the nodes");
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mesh;
  const Source source("fuzz.yaml", std::string(reinterpret_cast<const char*>(data), size));
  yaml::Limits limits;
  limits.depth = 20;
  limits.nodes = 2'000;
  limits.aliases = 50;
  limits.documents = 50;
  limits.flow_marks = 1'000;
  Findings findings(0);
  const auto documents = yaml::read_yaml(source, findings, limits);
  fuzz::check_reading(source, limits, documents, findings);
  check_scan(source, limits, documents, findings);
  return 0;
}
