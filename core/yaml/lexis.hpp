#pragma once

#include <cstddef>
#include <string_view>

// The smallest pieces of YAML text, read as yaml-cpp reads them. Positions past the end read as '\0', which
// checked text never holds (bytes.hpp).
namespace mesh::yaml {

inline char char_at(std::string_view text, size_t at) { return at < text.size() ? text[at] : '\0'; }
inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
inline bool is_break(char c) { return c == '\n' || c == '\r'; }
inline bool is_space_or_end(char c) { return c == '\0' || is_blank(c) || is_break(c); }
inline bool is_flow_mark(char c) { return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'; }

// `---` or `...`, followed by space or nothing. It is one at the start of a line only.
bool is_document_mark(std::string_view text, size_t line_start);
bool starts_document(std::string_view text, size_t at);  // `---` where it is one

// The first byte at or after `at` that is no space, line end or comment. `at` must be between tokens.
size_t skip_gap(std::string_view text, size_t at);

size_t line_start_of(std::string_view text, size_t at);
size_t line_end_of(std::string_view text, size_t at);  // without the line end

// One past the `*alias`, `&anchor` or `!tag` that begins at `at`.
size_t name_end(std::string_view text, size_t at);
size_t tag_end(std::string_view text, size_t at);

// One past the quote that closes the one at `at`; npos when the document ends first.
size_t quoted_end(std::string_view text, size_t at);

}  // namespace mesh::yaml
