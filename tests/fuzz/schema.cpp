#include "core/schema/formats.hpp"
#include "core/schema/schema.hpp"
#include "core/schema/standards.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mesh;
using schema::Formats;

namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

// Every format of every text must be answered.
void try_formats(std::string_view text) {
  for (int format = 0; format <= static_cast<int>(schema::Format::regex); ++format)
    (void)schema::has_format(static_cast<schema::Format>(format), text);
}

// The passes agree, and formats only ever add.
void judge(const schema::Schema& schema, yaml::Node root, size_t size) {
  const bool valid = schema::is_valid(schema, root);
  const auto plain = schema::validate(schema, root);
  require(valid == plain.empty());
  size_t lenient = 0, strict = 0;
  for (const auto& violation : schema::validate(schema, root, Formats::lenient))
    lenient += violation.by_format;
  const auto all = schema::validate(schema, root, Formats::strict);
  for (const auto& violation : all) {
    strict += violation.by_format;
    require(violation.at.begin <= violation.at.end && violation.at.end <= size);
  }
  require(all.size() - strict == plain.size());
  require(strict > 0 || lenient == 0);

  Findings data, own;
  schema::check_data(schema, root, data);
  schema::Identified identified;
  identified.standard = schema::Standard::odcs;
  schema::check_own(schema, identified, root, own);
  bool refused = false;
  for (const Finding& finding : data.all()) refused = refused || finding.level == Level::error;
  require(refused == !valid);
}

}  // namespace

// The input is a schema and, behind the first NUL, a value; both are JSON, the schema is tried as YAML too.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  const size_t end = input.find('\0');
  const auto as_json = schema::compile(input.substr(0, end));
  const auto as_yaml = schema::compile_file("schema.yaml", std::string(input.substr(0, end)));
  if (end == input.npos) return 0;
  try_formats(input.substr(end + 1));
  const Source source("", std::string(input.substr(end + 1)));
  Findings findings;
  for (const yaml::Document& document : yaml::read_json(source, findings)) {
    if (as_json) judge(*as_json, document.root(), source.bytes().size());
    if (as_yaml) judge(*as_yaml, document.root(), source.bytes().size());
    if (as_json && as_yaml)
      require(schema::is_valid(*as_json, document.root()) == schema::is_valid(*as_yaml, document.root()));
  }
  return 0;
}
