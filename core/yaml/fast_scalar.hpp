#pragma once

#include "core/yaml/cursor.hpp"

#include <string>
#include <string_view>

// Scalars that need more than a look at one line, read to the letter as yaml-cpp reads them. Each gives false
// for what is left to the parser; the cursor is then anywhere.
namespace mesh::yaml {

// A scalar in quotes; the cursor goes behind it. `value` is a part of the text, or of `buffer`.
bool read_quoted(Cursor& cursor, std::string& buffer, std::string_view& value);

// A plain scalar of several lines outside of brackets, whose further lines stand right of `parent`: to the
// next token behind it. `end` is the end of its last word.
bool read_plain_lines(Cursor& cursor, size_t parent, std::string& buffer, size_t& end);

// The same inside of brackets; the cursor goes to what ends it.
bool read_flow_plain(Cursor& cursor, std::string& buffer, std::string_view& value, size_t& end);

// A scalar that `|` or `>` begins, inside the collection in column `parent`: to the next token behind it.
// `end` is the end of its last line that is not blank.
bool read_block(Cursor& cursor, size_t parent, std::string& buffer, size_t& end);

}  // namespace mesh::yaml
