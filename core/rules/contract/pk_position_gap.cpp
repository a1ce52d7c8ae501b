#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::rules::contract {

using model::Number;
using model::Property;

namespace {

constexpr int64_t kNotSet = -1;  // the standard's own examples write it so

struct Key {
  std::vector<Number> positions;
  size_t unnumbered = 0;  // key columns without a position
};

void collect(const std::vector<Property>& properties, Key& key) {
  for (const Property& property : properties) {
    if (property.primary_key == true) {
      if (property.primary_key_position && property.primary_key_position->value != kNotSet) {
        key.positions.push_back(*property.primary_key_position);
      } else {
        ++key.unnumbered;
      }
    }
    collect(property.properties, key);
    collect(property.items, key);
  }
}

void check_object(const model::SchemaObject& object, Findings& findings) {
  Key key;
  collect(object.properties, key);
  // Equal positions are a fault of their own; which of the columns comes first in the text decides nothing
  // here.
  std::stable_sort(key.positions.begin(), key.positions.end(),
                   [](const Number& a, const Number& b) { return a.value < b.value; });
  const std::string owner = object.name ? "`" + object.name.str() + "`" : "this object";
  int64_t expected = 1;
  for (const Number& position : key.positions) {
    if (position.value < 1) {
      findings.add(position.at, fmt::format("the primary key of {} has a position {}", owner, position.value))
          .label = "positions start at 1";
      return;
    }
    if (position.value < expected) continue;  // as the one before
    if (position.value == expected) {
      ++expected;
      continue;
    }
    // Columns without a position may be the ones that are missing.
    const auto missing = static_cast<uint64_t>(position.value - expected);
    if (missing <= key.unnumbered) {
      key.unnumbered -= missing;
      expected = position.value + 1;
      continue;
    }
    findings
        .add(position.at, fmt::format("the primary key of {} has a position {} but no position {}", owner,
                                      position.value, expected))
        .label = fmt::format("write {}, or add the missing column", expected);
    return;
  }
}

void check(const Contract& contract, Findings& findings) {
  for (const model::SchemaObject& object : contract.objects) check_object(object, findings);
}

}  // namespace

extern const Rule pk_position_gap{
    .id = "contract/pk-position-gap",
    .summary = "the positions of a primary key are counted 1, 2, 3 …",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::contract
