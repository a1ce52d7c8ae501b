#pragma once

#include "core/yaml/tree.hpp"

#include <array>
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

// The rows by the length of their name, so that a key of a document is compared with few of them.
template <class Key, size_t kRows>
class KeyTable {
 public:
  static constexpr size_t kLongest = 40;

  consteval explicit KeyTable(const KeyName<Key> (&rows)[kRows]) {
    size_t next = 0;
    for (size_t length = 0; length <= kLongest; ++length) {
      first_[length] = static_cast<uint8_t>(next);
      for (const KeyName<Key>& row : rows)
        if (row.name.size() == length) rows_[next++] = row;
    }
    first_[kLongest + 1] = static_cast<uint8_t>(next);
  }

  const KeyName<Key>* find(std::string_view name) const {
    if (name.size() > kLongest) return nullptr;
    for (size_t i = first_[name.size()]; i < first_[name.size() + 1]; ++i)
      if (rows_[i].name == name) return &rows_[i];
    return nullptr;
  }

 private:
  std::array<KeyName<Key>, kRows> rows_{};
  std::array<uint8_t, kLongest + 2> first_{};
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
      const KeyName<Key>* const row = keys.find(name.text());
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
