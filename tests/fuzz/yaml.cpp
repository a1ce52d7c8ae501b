#include "tests/fuzz/check_tree.hpp"

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
  return 0;
}
