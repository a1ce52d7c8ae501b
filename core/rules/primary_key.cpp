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
  constexpr size_t kNone = SIZE_MAX, kFew = 8;
  std::vector<PrimaryKey> keys;
  // The key of each list of columns once there are many: those of items and maps by their property, those of
  // objects behind them.
  std::vector<size_t> key_of;
  const auto place_of = [&](const model::ObjectDetails* object, uint32_t list) {
    return list == model::kNoIndex ? contract.properties.size() + (object - contract.objects.data()) : list;
  };
  const auto find = [&](const model::ObjectDetails* object, uint32_t list) {
    if (!key_of.empty()) return key_of[place_of(object, list)];
    const auto is_it = [&](const PrimaryKey& key) { return key.object == object && key.list == list; };
    const auto found = std::ranges::find_if(keys, is_it);
    return found == keys.end() ? kNone : static_cast<size_t>(found - keys.begin());
  };
  const auto add = [&](const model::ObjectDetails* object, uint32_t list) {
    if (keys.size() == kFew) {
      key_of.assign(contract.properties.size() + contract.objects.size(), kNone);
      for (size_t i = 0; i < keys.size(); ++i) key_of[place_of(keys[i].object, keys[i].list)] = i;
    }
    if (!key_of.empty()) key_of[place_of(object, list)] = keys.size();
    keys.push_back({object, list, {}});
    return keys.size() - 1;
  };
  for (uint32_t i = 0; i < contract.properties.size(); ++i) {
    const PropertyDetails& property = contract.properties[i];
    if (!property[PropertyKey::primary_key].boolean()) continue;
    const model::ObjectDetails* const object = &contract.objects[property.object];
    const uint32_t list = list_around(contract, i);
    const size_t known = find(object, list);
    keys[known == kNone ? add(object, list) : known].columns.push_back(
        {&property, position_of(property[PropertyKey::primary_key_position])});
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
