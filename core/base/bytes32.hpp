#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#else
#include <array>
#endif

namespace mesh {

// 32 bytes of a text that are compared at once. An answer has a bit for each, the first in the lowest.
class Bytes32 {
 public:
  static constexpr size_t kSize = 32;

  // From `at` on; past the end of the text are spaces.
  Bytes32(std::string_view text, size_t at) {
    if (at + kSize <= text.size()) {
      load(text.data() + at);
    } else {
      char last[kSize];
      std::fill(last + text.copy(last, kSize, at), last + kSize, ' ');
      load(last);
    }
  }

#ifdef __SSE2__
  uint32_t equal_to(char c) const {
    const __m128i all = _mm_set1_epi8(c);
    return joined(_mm_cmpeq_epi8(low_, all), _mm_cmpeq_epi8(high_, all));
  }
  // ASCII only: bytes from 0x80 on are below all others.
  uint32_t above(char c) const {
    const __m128i all = _mm_set1_epi8(c);
    return joined(_mm_cmpgt_epi8(low_, all), _mm_cmpgt_epi8(high_, all));
  }

 private:
  static uint32_t joined(__m128i low, __m128i high) {
    return static_cast<uint32_t>(_mm_movemask_epi8(low)) | static_cast<uint32_t>(_mm_movemask_epi8(high))
                                                               << 16;
  }
  void load(const char* bytes) {
    low_ = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
    high_ = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16));
  }

  __m128i low_, high_;
#else
  uint32_t equal_to(char c) const {
    return bits([c](char byte) { return byte == c; });
  }
  // ASCII only: bytes from 0x80 on are below all others.
  uint32_t above(char c) const {
    return bits([c](char byte) { return static_cast<signed char>(byte) > c; });
  }

 private:
  template <class Is>
  uint32_t bits(const Is& is) const {
    uint32_t set = 0;
    for (size_t i = 0; i < kSize; ++i) set |= uint32_t{is(bytes_[i])} << i;
    return set;
  }
  void load(const char* bytes) { std::copy_n(bytes, kSize, bytes_.begin()); }

  std::array<char, kSize> bytes_;
#endif
};

}  // namespace mesh
