#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace mesh::yaml {

// A number for the text of a key: keys of unlike numbers are unlike. The same at compile time as at run time.
constexpr uint16_t key_hash(std::string_view text) {
  // At most `size` bytes, as a little-endian number.
  const auto load = [](const char* at, size_t size) {
    uint64_t word = 0;
    if (!std::is_constant_evaluated() && std::endian::native == std::endian::little) {
      std::memcpy(&word, at, size);
    } else {
      for (size_t i = 0; i < size; ++i) word |= uint64_t{static_cast<unsigned char>(at[i])} << 8 * i;
    }
    return word;
  };
  constexpr uint64_t kFactor = 0x9e3779b97f4a7c15u;
  const size_t size = text.size();
  const char* const at = text.data();
  // The first and the last eight bytes: what a longer key has between them rarely tells it from another.
  const uint64_t first = size >= 8 ? load(at, 8) : size >= 4 ? load(at, 4) : size > 0 ? load(at, 1) : 0;
  const uint64_t last = size >= 8   ? load(at + size - 8, 8)
                        : size >= 4 ? load(at + size - 4, 4)
                        : size > 1  ? load(at + size / 2, 1) << 8 | load(at + size - 1, 1)
                                    : 0;
  uint64_t hash = (first ^ size) * kFactor;
  hash = (hash ^ hash >> 32 ^ last) * kFactor;
  return static_cast<uint16_t>(hash >> 48);
}

}  // namespace mesh::yaml
