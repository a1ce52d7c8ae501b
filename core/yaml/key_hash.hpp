#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace mesh::yaml {

// At most eight bytes, as a little-endian number.
constexpr uint64_t bytes_at(const char* at, size_t size) {
  uint64_t bytes = 0;
  if (!std::is_constant_evaluated() && std::endian::native == std::endian::little) {
    std::memcpy(&bytes, at, size);
  } else {
    for (size_t i = 0; i < size; ++i) bytes |= uint64_t{static_cast<unsigned char>(at[i])} << 8 * i;
  }
  return bytes;
}

// Of the size, the first and the last eight bytes: what a longer text has between them rarely tells it from
// another. The higher bits are the better ones. The same at compile time as at run time.
constexpr uint64_t hash_of_ends(std::string_view text) {
  constexpr uint64_t kFactor = 0x9e3779b97f4a7c15u;
  const size_t size = text.size();
  const char* const at = text.data();
  const uint64_t first = size >= 8   ? bytes_at(at, 8)
                         : size >= 4 ? bytes_at(at, 4)
                         : size > 0  ? bytes_at(at, 1)
                                     : 0;
  const uint64_t last = size >= 8   ? bytes_at(at + size - 8, 8)
                        : size >= 4 ? bytes_at(at + size - 4, 4)
                        : size > 1  ? bytes_at(at + size / 2, 1) << 8 | bytes_at(at + size - 1, 1)
                                    : 0;
  const uint64_t hash = (first ^ size) * kFactor;
  return (hash ^ hash >> 32 ^ last) * kFactor;
}

// A number for the text of a key: keys of unlike numbers are unlike.
constexpr uint16_t key_hash(std::string_view text) { return static_cast<uint16_t>(hash_of_ends(text) >> 48); }

// a == b, without a call for texts as short as most keys.
inline bool same_text(std::string_view a, std::string_view b) {
  const size_t size = a.size();
  if (size != b.size()) return false;
  if (size > 16) return a == b;
  const auto differs = [&](size_t at, size_t count) {
    return bytes_at(a.data() + at, count) ^ bytes_at(b.data() + at, count);
  };
  if (size >= 8) return (differs(0, 8) | differs(size - 8, 8)) == 0;
  if (size >= 4) return (differs(0, 4) | differs(size - 4, 4)) == 0;
  for (size_t i = 0; i < size; ++i)
    if (a[i] != b[i]) return false;
  return true;
}

}  // namespace mesh::yaml
