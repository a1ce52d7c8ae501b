#pragma once

#include "core/text/finding.hpp"
#include "core/yaml/reader.hpp"

#include <optional>
#include <string_view>
#include <vector>

// A linear look at YAML text, before yaml-cpp sees it: the parser holds the whole of a flow collection in
// memory before it tells the first event of it, so limits cannot wait for events.
namespace mesh::yaml {

struct Scan {
  enum class Kind : uint8_t { none, plain, quoted, block, name, mark };

  std::optional<Finding> refusal;  // nothing may parse this text: it is past a limit
  std::optional<Finding> fault;    // the first thing that is wrong for sure, or that yaml-cpp would let pass
  size_t nodes = 0;                // at least so many are in the text, aliases not expanded
  // Question marks in plain text inside of brackets, which yaml-cpp takes for a key's indicator.
  std::vector<uint32_t> questions;
  Kind last = Kind::none, previous = Kind::none;  // the last token read, and the one before it
  Span last_span, previous_span;
  std::vector<uint32_t> open_flows;  // brackets open at the end, outermost first
};

// Reads tokens that begin before `stop`. The text has passed check_bytes.
Scan scan(std::string_view text, const Limits& limits, size_t stop = std::string_view::npos);

}  // namespace mesh::yaml
