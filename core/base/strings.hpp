#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mesh {

std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string_view trim(std::string_view text);
std::string to_lower(std::string_view ascii);
// In single quotes: one word to a POSIX shell, whatever stands in it but NUL.
std::string shell_quoted(std::string_view text);

bool equal_but_for_case(std::string_view a, std::string_view b);  // of ASCII letters

// The fewest inserts, deletes, replacements and swaps of neighbours that make one word of the other.
size_t edit_distance(std::string_view a, std::string_view b);

// The known word that a typing error most likely meant, ignoring case: at most a third of its letters
// differ (at least one, at most three). The first of equals. None when nothing is near.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> known);
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

// `*` matches within one part of a path, `**` any number of parts, `?` one byte, `[a-z]` a class, `{a,b}`
// either. The whole of `path` must match. Linear in the length of both times the number of stars.
bool glob_match(std::string_view pattern, std::string_view path);

// Text that may be shown on a terminal and in a log: control characters, ESC, bidirectional overrides,
// zero-width marks and the start of a log command become \u{…}, invalid UTF-8 becomes U+FFFD. Tabs and line
// ends stay only when `multiline`.
std::string printable(std::string_view text, bool multiline = false);
void append_printable(std::string& shown, std::string_view text, bool multiline = false);
// Such text between backticks, as messages name what is the user's.
std::string quoted(std::string_view text);
// How many bytes at the start of a text are shown as they are for certain, each of them a character of one
// column: ASCII but for control characters and `#`. Mostly that is all of it.
size_t plain_length(std::string_view text);
bool is_unsafe_to_show(char32_t character);

// Whether a text starts with what makes a CI service obey the rest of its line, wherever in the line it
// stands:
// `##vso[` (Azure) and `##[` (GitHub, Azure).
bool is_log_command(std::string_view text);

// The string as a JSON string literal, quotes included. Invalid UTF-8 becomes U+FFFD.
std::string json_quote(std::string_view text);

// "1 file", "2 files".
std::string count_of(size_t count, std::string_view noun);

}  // namespace mesh
