#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mesh::utf8 {

struct Char {
  char32_t code = 0;
  size_t size = 1;  // bytes; 1 where the bytes are not UTF-8
  bool valid = true;
};

// The first character of a text that is not empty. Overlong forms, surrogates and anything past U+10FFFF are invalid.
Char first(std::string_view text);

// Offset of the first byte that is not UTF-8.
std::optional<size_t> first_invalid(std::string_view text);

// Characters (code points) in the text; an invalid byte counts as one.
size_t length(std::string_view text);

void append(std::string& text, char32_t code);

}  // namespace mesh::utf8
