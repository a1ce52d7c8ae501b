#pragma once

#include "core/model/details.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// The primary keys of a contract, for the rules about them.
namespace mesh::rules {

struct KeyColumn {
  const model::PropertyDetails* property;
  std::optional<int64_t> position;  // -1, which the standard's own examples write, is none
};

// The columns that are one key: those of an object, with what is in nested objects; what is in an array or a
// map has a key of its own.
struct PrimaryKey {
  const model::ObjectDetails* object;
  uint32_t list = model::kNoIndex;  // the items or the side of a map that the columns are in
  std::vector<KeyColumn> columns;   // in the order of the document
};

// In the order of their first columns.
std::vector<PrimaryKey> primary_keys(const model::ContractDetails& contract);

// The value of `primaryKeyPosition` or `partitionKeyPosition`; nothing when it is no integer, or -1.
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
