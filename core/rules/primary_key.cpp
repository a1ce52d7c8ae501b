#include "core/rules/primary_key.hpp"

#include <algorithm>

namespace mesh::rules {

using model::ContractDetails;
using model::PropertyDetails;
using model::PropertyKey;

std::optional<int64_t> position_of(yaml::Node value) {
  constexpr int64_t kNotSet = -1;
  const auto position = value.integer();
  return position == kNotSet ? std::nullopt : position;
}

static uint32_t list_around(const ContractDetails& contract, uint32_t index) {
  while (index != model::kNoIndex && contract.properties[index].place == PropertyDetails::Place::property)
    index = contract.properties[index].parent;
  return index;
}

std::vector<PrimaryKey> primary_keys(const ContractDetails& contract) {
  std::vector<PrimaryKey> keys;
  for (uint32_t i = 0; i < contract.properties.size(); ++i) {
    const PropertyDetails& property = contract.properties[i];
    if (!property[PropertyKey::primary_key].boolean()) continue;
    const model::ObjectDetails* const object = &contract.objects[property.object];
    const uint32_t list = list_around(contract, i);
    auto key = std::ranges::find_if(
        keys, [&](const PrimaryKey& known) { return known.object == object && known.list == list; });
    if (key == keys.end()) key = keys.insert(keys.end(), {object, list, {}});
    key->columns.push_back({&property, position_of(property[PropertyKey::primary_key_position])});
  }
  return keys;
}

std::optional<Gap> find_gap(std::vector<Counted> positions, size_t unnumbered) {
  // Equal positions are a fault of their own; which of the columns comes first in the text decides nothing
  // here.
  std::ranges::stable_sort(positions, {}, &Counted::value);
  int64_t expected = 1;
  for (const Counted& position : positions) {
    if (position.value < 1) return Gap{position, expected};
    if (position.value < expected) continue;  // as the one before
    const auto missing = static_cast<uint64_t>(position.value - expected);
    if (missing > unnumbered) return Gap{position, expected};
    unnumbered -= missing;
    expected = position.value + 1;
  }
  return std::nullopt;
}

}  // namespace mesh::rules
