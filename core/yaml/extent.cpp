#include "core/yaml/extent.hpp"

#include "core/yaml/lexis.hpp"

#include <algorithm>

namespace mesh::yaml {

size_t plain_end(std::string_view text, size_t begin, std::string_view value) {
  if (text.substr(begin).starts_with(value)) return begin + value.size();
  size_t at = begin;
  while (!value.empty() && at < text.size()) {
    if (!is_blank(text[at]) && !is_break(text[at])) {
      if (text[at] != value.front()) break;
      value.remove_prefix(1);
      ++at;
      continue;
    }
    size_t lines = 0, next = at;
    for (; next < text.size() && (is_blank(text[next]) || is_break(text[next])); ++next)
      lines += text[next] == '\n';
    // One line end is read as a space, n + 1 of them as n line ends.
    const size_t read = lines == 0 ? next - at : lines == 1 ? 1 : lines - 1;
    value.remove_prefix(std::min(read, value.size()));
    at = next;
  }
  return at;
}

static size_t indent_of(std::string_view text, size_t line) {
  const size_t first = text.find_first_not_of(' ', line);
  return std::min(first, text.size()) - line;
}

static bool is_blank_line(std::string_view text, size_t line) {
  return is_break(char_at(text, text.find_first_not_of(" \t", line)));
}

size_t block_end(std::string_view text, size_t begin, std::string_view value) {
  size_t end = begin + 1;
  while (char_at(text, end) == '+' || char_at(text, end) == '-' ||
         (char_at(text, end) >= '0' && char_at(text, end) <= '9'))
    ++end;
  const size_t first = value.find_first_not_of(" \t\n");
  if (first == value.npos) return end;
  // What the first line that is not blank has before its text, beyond the indentation of all.
  const size_t extra = indent_of(value, value.rfind('\n', first) + 1);
  size_t indent = text.npos;
  for (size_t at = text.find('\n', end); at < text.size(); at = text.find('\n', at + 1)) {
    const size_t line = at + 1;
    if (line >= text.size() || is_blank_line(text, line)) continue;
    const size_t here = indent_of(text, line);
    if (indent == text.npos)
      indent = here > extra ? here - extra : 0;
    else if (here < indent)
      break;
    end = line_end_of(text, line);
  }
  return end;
}

size_t scalar_end(std::string_view text, size_t begin, std::string_view value) {
  const char c = char_at(text, begin);
  if (c == '"' || c == '\'') return std::min(quoted_end(text, begin), text.size());
  if (c == '|' || c == '>') return block_end(text, begin, value);
  return plain_end(text, begin, value);
}

size_t flow_end(std::string_view text, size_t at) {
  for (;; ++at) {
    at = skip_gap(text, at);
    const char c = char_at(text, at);
    if (c == ']' || c == '}') return at + 1;
    if (c != ',' && c != ':' && c != '?') return std::min(at, text.size());
  }
}

}  // namespace mesh::yaml
