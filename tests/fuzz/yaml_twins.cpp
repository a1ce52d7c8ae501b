#include "tests/fuzz/check_tree.hpp"
#include "tests/fuzz/twins.hpp"

// The fast reader only ever says yes, and then gives what the parser gives.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mesh;
  const Source source("fuzz.yaml", std::string(reinterpret_cast<const char*>(data), size));
  yaml::Limits limits;
  limits.depth = 20;
  limits.nodes = 2'000;
  limits.aliases = 50;
  limits.flow_marks = 1'000;
  std::string why;
  if (fuzz::compare(source, limits, why) == fuzz::Twins::different) fuzz::require(false, why.c_str());
  return 0;
}
