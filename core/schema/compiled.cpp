#include "core/schema/compiled.hpp"

namespace mesh::schema {

// Eight bytes at a time: most texts are no longer than two of these.
uint32_t hash_long_text(std::string_view text) {
  constexpr uint64_t kFactor = 0x9e3779b97f4a7c15u;
  uint64_t hash = text.size() * kFactor;
  const char* at = text.data();
  size_t left = text.size();
  for (; left > 8; left -= 8, at += 8) {
    hash = (hash ^ yaml::bytes_at(at, 8)) * kFactor;
    hash ^= hash >> 32;
  }
  if (left > 0) hash = (hash ^ yaml::bytes_at(at, left)) * kFactor;
  return static_cast<uint32_t>(hash >> 32);
}

Table Schema::Compiled::make_table(uint32_t count) {
  if (count == 0) return {};
  uint32_t size = 4;
  while (size < count * 2) size *= 2;
  const Table made{static_cast<uint32_t>(slots.size()), size - 1};
  slots.resize(slots.size() + size, kNone);
  return made;
}

void Schema::Compiled::enter(const Table& table, uint32_t hash, uint32_t number) {
  uint32_t slot = hash;
  while (slots[table.slots + (slot & table.mask)] != kNone) ++slot;
  slots[table.slots + (slot & table.mask)] = number;
}

}  // namespace mesh::schema
