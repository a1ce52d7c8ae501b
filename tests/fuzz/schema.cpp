#include "core/schema/schema.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// The input is a schema and, behind the first NUL, a JSON value. Both passes must end, and agree.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mesh;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t end = input.find('\0');
  const auto compiled = schema::compile(input.substr(0, end));
  if (!compiled || end == input.npos) return 0;
  const Source source("", std::string(input.substr(end + 1)));
  Findings findings;
  for (const yaml::Document& document : yaml::read_json(source, findings))
    if (schema::is_valid(*compiled, document.root()) != schema::validate(*compiled, document.root()).empty())
      std::abort();
  return 0;
}
