#pragma once

#include "core/text/span.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mesh {

// What people see: both start at 1, columns count code points (a byte-order mark is not one of them).
struct Position {
  uint32_t line = 1;
  uint32_t column = 1;
  bool operator==(const Position&) const = default;
};

// The text of a file and where its lines are. A line ends at "\n"; a "\r" before it belongs to the line end.
// Lines are counted when they are first asked for, which most runs never do: not shared between threads.
class Source {
 public:
  Source() = default;
  Source(std::string path, std::string bytes);

  const std::string& path() const { return path_; }
  std::string_view bytes() const { return bytes_; }

  struct Line {
    uint32_t number = 1;  // from 1
    uint32_t begin = 0;   // offset of its first byte
  };
  Line line_at(uint32_t offset) const;       // offsets past the end give the last
  std::string_view text(Line line) const;    // without its end
  Position position(uint32_t offset) const;  // offsets past the end give the end
  uint32_t offset(Position position) const;  // the inverse; past the end of the line gives its end
  uint32_t line_count() const { return all_ends().back() + 1; }
  Line line(uint32_t number) const;  // from 1 to the number of lines

  // The lines of more bytes than that, which is at least kLong, without a look at each of the others.
  static constexpr uint32_t kLong = 2048;
  std::vector<Line> lines_longer_than(uint32_t bytes) const;

 private:
  uint32_t first() const { return bytes_.starts_with("\xEF\xBB\xBF") ? 3 : 0; }
  uint32_t ends_before(size_t block) const;
  const std::vector<uint32_t>& all_ends() const;

  std::string path_;
  std::string bytes_;
  // How many lines end before each block of the text, and in all of it, as far as was asked for. A few
  // questions are asked of a text, so finding a line again in its block costs less than remembering where
  // each begins.
  mutable std::vector<uint32_t> ends_before_;
};

}  // namespace mesh
