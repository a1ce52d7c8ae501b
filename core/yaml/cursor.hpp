#pragma once

#include "core/yaml/find_byte.hpp"
#include "core/yaml/lexis.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace mesh::yaml {

// What the bytes mean to the fast reader.
struct Marks {
  enum : uint8_t {
    flow_stop = 1,  // may end a plain scalar inside of brackets
    no_start = 2,   // begins no plain scalar that the fast reader takes; `-` may
    name = 4,       // may stand in the name of an anchor
    word = 8,       // a plain scalar that begins so may be one of the words that mean something
    number = 16,    // … may be a number, a date, or no value
  };
  std::array<uint8_t, 256> of{};

  constexpr Marks() {
    const auto mark = [&](std::string_view bytes, uint8_t what) {
      for (const char c : bytes) of[static_cast<unsigned char>(c)] |= what;
    };
    constexpr std::string_view ends("\0\n\r", 3), digits = "0123456789";
    mark(ends, flow_stop | no_start);
    mark(":#", flow_stop);
    mark(",[]{}", flow_stop | no_start);
    mark(" \t#&*!|>'\"%@`?:", no_start);
    for (char c = 'a'; c <= 'z'; ++c) {
      of[static_cast<unsigned char>(c)] |= name;
      of[static_cast<unsigned char>(c - 'a' + 'A')] |= name;
    }
    mark(digits, name | number);
    mark("_-.", name);
    mark("~.+-", number);
    mark("nNtTfFyYoO", word);
  }
};
inline constexpr Marks kMarks;

inline bool has(char c, uint8_t mark) { return (kMarks.of[static_cast<unsigned char>(c)] & mark) != 0; }

// A place in a text that ends with a NUL byte and holds no other, and no carriage return but before a line
// feed. Steps that meet what the fast reader leaves to the parser give false.
struct Cursor {
  const char* text;
  size_t size;  // where the NUL byte stands
  size_t at = 0;
  size_t line = 0;       // where its line begins
  bool comment = false;  // the last end_of_line or skip_lines passed a comment

  char here() const { return text[at]; }
  size_t column() const { return at - line; }
  std::string_view since(size_t begin) const { return {text + begin, at - begin}; }
  bool is_spaced(size_t place) const { return is_space_or_end(text[place]); }
  bool at_break() const { return is_break(here()); }

  // From `from` on, where plain text outside of brackets ends: a colon that ends a key, a comment or a line
  // end.
  size_t plain_end(size_t from) const {
    for (;; ++from) {
      from = find_byte<':', '#', '\n', '\r', '\0'>(text, from, size);
      if (text[from] == ':' ? is_spaced(from + 1) : text[from] != '#' || is_blank(text[from - 1]))
        return from;
    }
  }
  // Over what needs no look inside of such quotes.
  void skip_quoted(char quote) {
    at = quote == '"' ? find_byte<'"', '\\', '\n', '\r', '\0'>(text, at, size)
                      : find_byte<'\'', '\n', '\r', '\0'>(text, at, size);
  }

  void skip_blanks() {
    while (is_blank(here())) ++at;
  }
  void to_line_end() {
    const char* const newline = std::strchr(text + at, '\n');
    at = newline ? static_cast<size_t>(newline - text) : at + std::strlen(text + at);
  }
  // Over one line end.
  void next_line() {
    at += here() == '\r' ? 2 : 1;
    line = at;
  }
  bool at_document_mark() const {
    const char c = here();
    return (c == '-' || c == '.') && column() == 0 && text[at + 1] == c && text[at + 2] == c &&
           is_spaced(at + 3);
  }

  // From the start of a line, or its first token, to the next token: over empty lines and comments.
  bool skip_lines() {
    for (;;) {
      at = skip_spaces(text, at, size);
      if (at_break()) {
        next_line();
      } else if (here() == '#') {
        comment = true;
        to_line_end();
      } else {
        return here() != '\t';
      }
    }
  }

  // From the end of a value, behind which only a comment may stand, to the next token.
  bool end_of_line() {
    comment = false;
    skip_blanks();
    if (here() == '#') {
      if (!is_blank(text[at - 1])) return false;
      comment = true;
      to_line_end();
    }
    if (here() == '\0') return true;
    if (!at_break()) return false;
    next_line();
    return skip_lines();
  }

  // The same inside of brackets, where tokens share lines.
  bool skip_gap() {
    for (;;) {
      skip_blanks();
      if (at_break()) {
        next_line();
        if (at_document_mark()) return false;
      } else if (here() == '#') {
        if (at > line && !is_blank(text[at - 1])) return false;
        to_line_end();
      } else {
        return true;
      }
    }
  }
};

}  // namespace mesh::yaml
