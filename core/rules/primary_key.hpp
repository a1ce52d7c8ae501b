#pragma once

#include "core/yaml/tree.hpp"

#include <cstdint>
#include <optional>
#include <vector>

// The positions of columns in a key, for the rules about them.
namespace mesh::rules {

// The value of `primaryKeyPosition` or `partitionKeyPosition`; nothing when it is no integer, or -1, which
// the standard's own examples write.
inline std::optional<int64_t> position_of(yaml::Node value) {
  constexpr int64_t kNotSet = -1;
  const auto position = value.kind() == yaml::Kind::integer ? value.integer() : std::nullopt;
  return position == kNotSet ? std::nullopt : position;
}

// Where positions 1, 2, 3 … stop being such, if they do: a finding about the first place.
struct Counted {
  yaml::Node at;
  int64_t value;
};
struct Gap {
  Counted after;     // the position that comes too early
  int64_t expected;  // what should stand before it; after.value < 1: not a position at all
};
// Columns without a position may be the ones that are missing.
std::optional<Gap> find_gap(std::vector<Counted> positions, size_t unnumbered);

}  // namespace mesh::rules
