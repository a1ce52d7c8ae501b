#include "core/base/size.hpp"

#include <charconv>

namespace mesh {

static std::optional<unsigned> power_of(char unit) {
  switch (unit | 0x20) {
    case 'k':
      return 1;
    case 'm':
      return 2;
    case 'g':
      return 3;
    default:
      return std::nullopt;
  }
}

std::optional<uint64_t> parse_size(std::string_view text) {
  uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc()) return std::nullopt;
  std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  if (unit.empty()) return size;
  const auto is_byte = [](char c) { return c == 'b' || c == 'B'; };
  if (unit.size() == 1 && is_byte(unit[0])) return size;
  const auto power = power_of(unit[0]);
  if (!power) return std::nullopt;
  unit.remove_prefix(1);
  const bool decimal = unit.size() == 1 && is_byte(unit[0]);
  const bool binary = unit.empty() || (unit.size() == 2 && (unit[0] | 0x20) == 'i' && is_byte(unit[1]));
  if (!decimal && !binary) return std::nullopt;
  for (unsigned i = 0; i < *power; ++i)
    if (__builtin_mul_overflow(size, decimal ? 1000u : 1024u, &size)) return std::nullopt;
  return size;
}

}  // namespace mesh
