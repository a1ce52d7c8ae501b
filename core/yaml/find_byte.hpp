#pragma once

#include <cstddef>

#ifdef __SSE2__
#include <bit>
#include <emmintrin.h>
#endif

// Steps over bytes of a text that ends with a NUL byte at `size`: sixteen at once where the processor can,
// since what is stepped over is mostly shorter than that and a loop would end at a place that no processor
// guesses.
namespace mesh::yaml {

// The first place from `at` on whose byte is one of `kStops`. NUL must be one of them.
template <char... kStops>
size_t find_byte(const char* text, size_t at, size_t size) {
#ifdef __SSE2__
  for (; at + 15 <= size; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + at));
    __m128i found = _mm_setzero_si128();
    ((found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(kStops)))), ...);
    if (const auto mask = static_cast<unsigned>(_mm_movemask_epi8(found)))
      return at + static_cast<size_t>(std::countr_zero(mask));
  }
#endif
  while (((text[at] != kStops) && ...)) ++at;
  return at;
}

// The first place from `at` on whose byte is no space.
inline size_t skip_spaces(const char* text, size_t at, [[maybe_unused]] size_t size) {
#ifdef __SSE2__
  for (; at + 15 <= size; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + at));
    const auto spaces = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '))));
    if (spaces != 0xffff) return at + static_cast<size_t>(std::countr_one(spaces));
  }
#endif
  while (text[at] == ' ') ++at;
  return at;
}

}  // namespace mesh::yaml
