#include "core/rules/scalars.hpp"

#include <algorithm>
#include <array>

namespace mesh::rules {

bool holds_code(std::string_view key) {
  constexpr std::array<std::string_view, 8> kCode{"pattern",  "query",     "implementation", "transformLogic",
                                                  "examples", "arguments", "sampleValues",   "instructions"};
  return std::ranges::find(kCode, key) != kCode.end();
}

}  // namespace mesh::rules
