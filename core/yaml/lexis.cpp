#include "core/yaml/lexis.hpp"

namespace mesh::yaml {

bool is_document_mark(std::string_view text, size_t line_start) {
  const std::string_view mark = text.substr(line_start, 3);
  return (mark == "---" || mark == "...") && is_space_or_end(char_at(text, line_start + 3));
}

bool starts_document(std::string_view text, size_t at) {
  return char_at(text, at) == '-' && is_document_mark(text, at) && at == line_start_of(text, at);
}

size_t skip_gap(std::string_view text, size_t at) {
  while (at < text.size()) {
    if (text[at] == '#')
      at = line_end_of(text, at);
    else if (is_blank(text[at]) || is_break(text[at]))
      ++at;
    else
      break;
  }
  return at;
}

size_t line_start_of(std::string_view text, size_t at) {
  const size_t before = at == 0 ? text.npos : text.rfind('\n', at - 1);
  if (before != text.npos) return before + 1;
  return text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

size_t line_end_of(std::string_view text, size_t at) {
  const size_t end = text.find('\n', at);
  if (end == text.npos) return text.size();
  return end > at && text[end - 1] == '\r' ? end - 1 : end;
}

size_t name_end(std::string_view text, size_t at) {
  for (++at; !is_space_or_end(char_at(text, at)) && !is_flow_mark(text[at]);) ++at;
  return at;
}

size_t tag_end(std::string_view text, size_t at) {
  if (char_at(text, at + 1) == '<') {
    for (at += 2; !is_space_or_end(char_at(text, at));)
      if (text[at++] == '>') break;
    return at;
  }
  return name_end(text, at);
}

size_t quoted_end(std::string_view text, size_t at) {
  const char quote = text[at++];
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n' && is_document_mark(text, at + 1)) return text.npos;
    if (c == '\\' && quote == '"') {
      // An escaped line end is still a line end to look behind.
      if (!is_break(char_at(text, at + 1))) ++at;
    } else if (c == quote) {
      if (quote == '"' || char_at(text, at + 1) != quote) return at + 1;
      ++at;
    }
  }
  return text.npos;
}

}  // namespace mesh::yaml
