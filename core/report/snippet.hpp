#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mesh::report {

// One line of a file with marks under a part of it, ready for a terminal.
struct Snippet {
  std::string text;   // the line, cut to the width around the part
  std::string marks;  // spaces, then one `^` for each column of the part; at least one
};

// The part: bytes [begin, end) of the line. `columns`: how many the text may take. The time it takes depends
// on `columns`, not on the length of the line.
Snippet snippet(std::string_view line, size_t begin, size_t end, size_t columns, char mark = '^');

// Columns that a character takes on a terminal: 0, 1 or 2.
unsigned columns_of(char32_t code);
size_t columns_of(std::string_view text);

}  // namespace mesh::report
