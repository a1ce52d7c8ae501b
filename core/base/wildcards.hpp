#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace mesh {

// Matches the whole of `path`: `*` stays within one part of it, `**` that stands alone between slashes takes
// any number of parts. Going back to the last `*` and the last `**` is enough, as what an earlier one could
// take more, they can: so it never explodes.
//   step(rest, c, holds)   one step of a pattern that starts with no star: its length and whether it matches
//   `c`;
//                          0 when it can match nothing
//   stands_alone(p, end)   whether the stars of `pattern` in [p, end) are a `**`
template <class Step, class StandsAlone>
bool match_wildcards(std::string_view pattern, std::string_view path, const Step& step,
                     const StandsAlone& stands_alone) {
  struct Retry {
    size_t p = std::string_view::npos, s = 0;
  } star, globstar;
  size_t p = 0, s = 0;
  for (;;) {
    if (p < pattern.size() && pattern[p] == '*') {
      const size_t end = std::min(pattern.find_first_not_of('*', p), pattern.size());
      if (stands_alone(p, end)) {
        if (end == pattern.size()) return true;
        p = end + 1;
        globstar = {p, s};
        star = {};
      } else {
        p = end;
        star = {p, s};
      }
      continue;
    }
    if (s == path.size()) {
      if (p == pattern.size()) return true;
    } else if (p < pattern.size()) {
      bool holds = false;
      const size_t width = step(pattern.substr(p), path[s], holds);
      if (width == 0) return false;
      if (holds) {
        p += width;
        ++s;
        continue;
      }
    }
    if (star.p != std::string_view::npos && star.s < path.size() && path[star.s] != '/') {
      p = star.p;
      s = ++star.s;
      continue;
    }
    if (globstar.p == std::string_view::npos) return false;
    const size_t slash = path.find('/', globstar.s);
    if (slash == std::string_view::npos) return false;
    globstar.s = slash + 1;
    p = globstar.p;
    s = globstar.s;
    star = {};
  }
}

}  // namespace mesh
