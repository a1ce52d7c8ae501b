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

// The text of a file and where its lines start. A line ends at "\n"; a "\r" before it belongs to the line end.
// Lines are looked for when they are first asked for, which most runs never do: not shared between threads.
class Source {
 public:
  Source() = default;
  Source(std::string path, std::string bytes);

  const std::string& path() const { return path_; }
  std::string_view bytes() const { return bytes_; }

  Position position(uint32_t offset) const;  // offsets past the end give the end
  uint32_t offset(Position position) const;  // the inverse; past the end of the line gives its end
  uint32_t line_count() const { return static_cast<uint32_t>(lines().size()); }
  std::string_view line(uint32_t number) const;  // from 1, without its end

 private:
  std::string path_;
  std::string bytes_;
  const std::vector<uint32_t>& lines() const;
  mutable std::vector<uint32_t> lines_;  // offset of the first byte of each line; empty until asked for
};

}  // namespace mesh
