#pragma once

#include "core/text/source.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mesh {

// Lines of a text that stay when it is gone.
class Excerpt {
 public:
  Excerpt() = default;
  // Of the lines at these offsets all but long ones, and no more than a report is likely to be read for.
  Excerpt(const Source& source, std::vector<uint32_t> offsets);

  struct Line {
    uint32_t number, begin;  // as in the source
    std::string_view text;   // with its end
  };
  // Nothing where the line is not among those that were kept.
  std::optional<Line> line_at(uint32_t offset) const;

 private:
  struct Kept {
    uint32_t number, begin;
    uint32_t at;  // where it begins in `bytes_`
  };
  std::vector<Kept> lines_;  // in order
  std::string bytes_;
};

}  // namespace mesh
