#pragma once

#include "core/text/source.hpp"
#include "core/text/span.hpp"

#include <string>
#include <string_view>

namespace mesh::report {

// One line of a file with marks under a part of it, ready for a terminal.
struct Snippet {
  uint32_t line = 1;
  std::string text;        // the line, cut to the width around the part
  std::string marks;       // spaces, then one `^` for each column of the part; at least one
  uint32_t last_line = 1;  // where the part ends; marks stop at the end of `line`
};

// `columns`: how many the text may take.
Snippet snippet(const Source& source, Span span, size_t columns, char mark = '^');

// Columns that a character takes on a terminal: 0, 1 or 2.
unsigned columns_of(char32_t code);
size_t columns_of(std::string_view text);

}  // namespace mesh::report
