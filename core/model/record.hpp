#pragma once

#include "core/yaml/key_hash.hpp"
#include "core/yaml/tree.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

// Mappings whose keys are known, read in one pass.
namespace mesh::model {

// One key as documents write it, and what it means. Older versions of a standard use other names for it: such
// a row counts only where the newer name is missing.
template <class Key>
struct KeyName {
  std::string_view name;
  Key key;
  bool is_old = false;
};

// The rows by the hash of their name.
template <class Key, size_t kRows>
class KeyTable {
 public:
  consteval explicit KeyTable(const KeyName<Key> (&rows)[kRows]) {
    for (size_t i = 0; i < kRows; ++i) {
      rows_[i] = rows[i];
      size_t slot = yaml::key_hash(rows[i].name) % kSlots;
      while (slots_[slot] != kFree) slot = (slot + 1) % kSlots;
      slots_[slot] = static_cast<uint8_t>(i);
    }
  }

  const KeyName<Key>* find(std::string_view name) const { return find(name, yaml::key_hash(name)); }
  const KeyName<Key>* find(std::string_view name, uint16_t hash) const {
    for (size_t slot = hash % kSlots; slots_[slot] != kFree; slot = (slot + 1) % kSlots)
      if (const KeyName<Key>& row = rows_[slots_[slot]]; yaml::same_text(row.name, name)) return &row;
    return nullptr;
  }

 private:
  // Most slots are free, so that one look tells that a name is none of these.
  static constexpr size_t kSlots = std::bit_ceil(4 * kRows);
  static constexpr uint8_t kFree = UINT8_MAX;
  static_assert(kRows < kFree);
  static constexpr std::array<uint8_t, kSlots> free_slots() {
    std::array<uint8_t, kSlots> slots{};
    slots.fill(kFree);
    return slots;
  }

  std::array<KeyName<Key>, kRows> rows_{};
  std::array<uint8_t, kSlots> slots_ = free_slots();
};

// A mapping and the values of its known keys. A key that is missing, or whose value is null, gives a null
// node. `Key` is an enum that ends with `count`. Four bytes a key: a document may hold hundreds of thousands
// of these.
template <class Key>
class Record {
 public:
  Record() { values_.fill(kAbsent); }
  template <size_t kRows>
  Record(yaml::Node mapping, const KeyTable<Key, kRows>& keys) : Record() {
    node = mapping;
    std::array<bool, kCount> by_old_name{};
    for (uint32_t i = 0, size = mapping.is_mapping() ? mapping.size() : 0; i < size; ++i) {
      const yaml::Node name = mapping.key(i), value = mapping.value(i);
      if (!name.is_string() || value.is_null()) continue;
      const KeyName<Key>* const row = keys.find(name.text(), name.hash());
      if (!row) continue;
      const auto index = static_cast<size_t>(row->key);
      // Of equal keys the first counts, as in Node::find.
      if (values_[index] != kAbsent && (row->is_old || !by_old_name[index])) continue;
      values_[index] = value.id();
      by_old_name[index] = row->is_old;
    }
  }

  yaml::Node operator[](Key key) const {
    const uint32_t id = values_[static_cast<size_t>(key)];
    return id == kAbsent ? yaml::Node{} : yaml::Node{node.tree(), id};
  }
  bool has(Key key) const { return values_[static_cast<size_t>(key)] != kAbsent; }

  yaml::Node node;

 private:
  static constexpr size_t kCount = static_cast<size_t>(Key::count);
  static constexpr uint32_t kAbsent = UINT32_MAX;
  std::array<uint32_t, kCount> values_;
};

}  // namespace mesh::model
