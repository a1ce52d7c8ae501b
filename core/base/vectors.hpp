#pragma once

#include <algorithm>
#include <functional>
#include <vector>

namespace mesh {

// Of neighbours that are equal by `by`, the first stays. (clang 14 cannot compile what std::ranges::unique
// gives.)
template <class T, class By = std::identity>
void drop_repeated(std::vector<T>& sorted, By by = {}) {
  const auto same = [&](const T& a, const T& b) { return std::invoke(by, a) == std::invoke(by, b); };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), same), sorted.end());
}

}  // namespace mesh
