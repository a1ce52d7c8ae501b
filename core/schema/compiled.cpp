#include "core/schema/compiled.hpp"

#include <cstring>

namespace mesh::schema {

// Eight bytes at a time: most names are no longer than two of these.
uint32_t hash_name(std::string_view name) {
  constexpr uint64_t kFactor = 0x9e3779b97f4a7c15u;
  const auto load = [](const char* at, size_t size) {
    uint64_t word = 0;
    std::memcpy(&word, at, size);
    return word;
  };
  uint64_t hash = name.size() * kFactor;
  const char* at = name.data();
  size_t left = name.size();
  for (; left > 8; left -= 8, at += 8) {
    hash = (hash ^ load(at, 8)) * kFactor;
    hash ^= hash >> 32;
  }
  if (left > 0) hash = (hash ^ load(at, left)) * kFactor;
  return static_cast<uint32_t>(hash >> 32);
}

uint32_t Schema::Compiled::property(const Members& of, std::string_view name) const {
  if (of.table.mask == 0) {
    for (uint32_t i = of.first; i < of.first + of.count; ++i)
      if (properties[i].name == name) return properties[i].subschema;
    return kNone;
  }
  uint32_t found = kNone;
  look_up(of.table, name, [&](uint32_t number) {
    if (properties[number].name != name) return false;
    found = properties[number].subschema;
    return true;
  });
  return found;
}

}  // namespace mesh::schema
