#include "core/rules/primary_key.hpp"

#include <algorithm>

namespace mesh::rules {

using model::ContractDetails;
using model::PropertyDetails;
using model::PropertyKey;

static uint32_t list_around(const ContractDetails& contract, uint32_t index) {
  while (index != model::kNoIndex && contract.properties[index].place == PropertyDetails::Place::property)
    index = contract.properties[index].parent;
  return index;
}

std::vector<PrimaryKey> primary_keys(const ContractDetails& contract) {
  constexpr size_t kNone = SIZE_MAX;
  std::vector<PrimaryKey> keys;
  // The key of each list of columns: those of items and maps by their property, those of objects behind them.
  const size_t count = contract.properties.size();
  std::vector<size_t> key_of(count + contract.objects.size(), kNone);
  for (uint32_t i = 0; i < contract.properties.size(); ++i) {
    const PropertyDetails& property = contract.properties[i];
    if (!property[PropertyKey::primary_key].boolean()) continue;
    const model::ObjectDetails* const object = &contract.objects[property.object];
    const uint32_t list = list_around(contract, i);
    size_t& key = key_of[list == model::kNoIndex ? count + property.object : list];
    if (key == kNone) {
      key = keys.size();
      keys.push_back({object, list, {}});
    }
    keys[key].columns.push_back({&property, position_of(property[PropertyKey::primary_key_position])});
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
