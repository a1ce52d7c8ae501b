#include "core/rules/primary_key.hpp"

#include <algorithm>

namespace mesh::rules {

std::optional<Gap> find_gap(std::vector<Counted> positions, size_t unnumbered) {
  // Equal positions are a fault of their own; which of the columns comes first in the text decides nothing
  // here.
  if (!std::ranges::is_sorted(positions, {}, &Counted::value))
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
