#pragma once

#include "core/text/finding.hpp"
#include "core/yaml/reader.hpp"

#include <string_view>
#include <vector>

namespace mesh::yaml {

// The refusals of yaml-cpp that callers make themselves.
inline constexpr std::string_view kEndOfMapping = "end of map not found";
inline constexpr std::string_view kEndOfSequence = "end of sequence not found";

// Tells a refusal of yaml-cpp in plain words, at the text that must change. `message` is the parser's own,
// `at` the byte it points at, `anchors` the names that are defined so far.
Finding explain(std::string_view text, std::string_view message, size_t at, const Limits& limits,
                const std::vector<std::string>& anchors);

}  // namespace mesh::yaml
