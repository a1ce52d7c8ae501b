#include "core/yaml/fast_scalar.hpp"

#include "core/base/utf8.hpp"

#include <algorithm>

namespace mesh::yaml {
namespace {

// n line ends are read as a space, or as n - 1 of them.
void append_fold(std::string& buffer, size_t lines, bool escaped = false) {
  if (lines > 1)
    buffer.append(lines - 1, '\n');
  else if (!escaped)
    buffer += ' ';
}

// Over line ends and blank lines inside a quoted scalar.
bool pass_quoted_lines(Cursor& cursor, size_t& lines) {
  for (lines = 0; cursor.at_break(); ++lines) {
    cursor.next_line();
    if (cursor.at_document_mark()) return false;
    cursor.skip_blanks();
  }
  return true;
}

bool read_hex(Cursor& cursor, int digits, std::string& buffer) {
  char32_t code = 0;
  for (; digits > 0; --digits, ++cursor.at) {
    const char c = cursor.here(), lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9')
      code = code << 4 | static_cast<char32_t>(c - '0');
    else if (lower >= 'a' && lower <= 'f')
      code = code << 4 | static_cast<char32_t>(lower - 'a' + 10);
    else
      return false;
  }
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
  utf8::append(buffer, code);
  return true;
}

// The escape at the cursor, which is no escaped line end.
bool read_escape(Cursor& cursor, std::string& buffer) {
  const char c = cursor.text[cursor.at + 1];
  constexpr std::string_view kFrom = "abtnvfre \"'\\/", kTo = "\a\b\t\n\v\f\r\x1b \"'\\/";
  const size_t simple = kFrom.find(c);
  const int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (c == '\0' || (simple == kFrom.npos && digits == 0)) return false;
  cursor.at += 2;
  if (digits > 0) return read_hex(cursor, digits, buffer);
  buffer += kTo[simple];
  return true;
}

// The rest of a quoted scalar, what stands before the cursor being read.
bool read_quoted_rest(Cursor& cursor, char quote, std::string& buffer) {
  size_t kept = buffer.size();  // what goes before a line end, blanks at the end dropped
  for (;;) {
    const size_t begin = cursor.at;
    cursor.skip_quoted(quote);
    const std::string_view piece = cursor.since(begin);
    if (const size_t last = piece.find_last_not_of(" \t"); last != piece.npos)
      kept = buffer.size() + last + 1;
    buffer += piece;
    const char c = cursor.here(), next = c == '\0' ? '\0' : cursor.text[cursor.at + 1];
    if (c == '\0') return false;
    if (c == quote) {
      ++cursor.at;
      if (quote == '"' || next != quote) return true;
      ++cursor.at;
      kept = (buffer += quote).size();
      continue;
    }
    const bool escaped = c == '\\' && is_break(next);
    if (c == '\\' && !escaped) {
      if (!read_escape(cursor, buffer)) return false;
      kept = buffer.size();
      continue;
    }
    if (escaped)
      ++cursor.at;
    else
      buffer.resize(kept);
    size_t lines = 0;
    if (!pass_quoted_lines(cursor, lines)) return false;
    // yaml-cpp keeps one line end before the closing quote, whatever there are.
    if (lines > 1 && cursor.here() == quote) return false;
    append_fold(buffer, lines, escaped);
    kept = buffer.size();
  }
}

size_t end_of_words(const Cursor& cursor) {
  size_t end = cursor.at;
  while (is_blank(cursor.text[end - 1])) --end;
  return end;
}

}  // namespace

bool read_quoted(Cursor& cursor, std::string& buffer, std::string_view& value) {
  const char quote = cursor.here();
  const size_t begin = ++cursor.at;
  cursor.skip_quoted(quote);
  if (cursor.here() == quote && (quote == '"' || cursor.text[cursor.at + 1] != quote)) {
    value = cursor.since(begin);
    ++cursor.at;
    return true;
  }
  cursor.at = begin;
  buffer.clear();
  if (!read_quoted_rest(cursor, quote, buffer)) return false;
  value = buffer;
  return true;
}

bool read_plain_lines(Cursor& cursor, size_t parent, std::string& buffer, size_t& end) {
  buffer.clear();
  for (;;) {
    const size_t begin = cursor.at;
    cursor.at = cursor.plain_end(begin);
    if (cursor.here() == ':') return false;
    end = end_of_words(cursor);
    buffer.append(cursor.text + begin, end - begin);
    if (!cursor.at_break()) return cursor.end_of_line();
    size_t lines = 0;
    for (; cursor.at_break(); ++lines) {
      cursor.next_line();
      while (cursor.here() == ' ') ++cursor.at;
    }
    if (cursor.here() == '\t') return false;
    if (cursor.here() == '\0' || cursor.here() == '#' || cursor.column() <= parent)
      return cursor.skip_lines();
    append_fold(buffer, lines);
  }
}

bool read_flow_plain(Cursor& cursor, std::string& buffer, std::string_view& value, size_t& end) {
  bool copied = false;
  for (;;) {
    const size_t begin = cursor.at;
    for (;; ++cursor.at) {
      while (!has(cursor.here(), Marks::flow_stop)) ++cursor.at;
      const char c = cursor.here();
      if (c == ':') {
        if (cursor.is_spaced(cursor.at + 1) || is_flow_mark(cursor.text[cursor.at + 1])) return false;
      } else if (c != '#' || is_blank(cursor.text[cursor.at - 1])) {
        break;
      }
    }
    const char c = cursor.here();
    if (c == '\0' || c == '[' || c == '{') return false;
    end = end_of_words(cursor);
    value = {cursor.text + begin, end - begin};
    if (copied) value = buffer.append(value);
    if (!cursor.at_break()) return true;
    size_t lines = 0;
    for (; cursor.at_break(); ++lines) {
      cursor.next_line();
      if (cursor.at_document_mark()) return false;
      while (cursor.here() == ' ') ++cursor.at;
    }
    switch (cursor.here()) {
      case ',':
      case ']':
      case '}':
      case '#':
        return true;
      case '\0':
      case '\t':
      case ':':
        return false;
      default:
        break;
    }
    if (!copied) buffer = value;
    copied = true;
    append_fold(buffer, lines);
  }
}

namespace {

enum class Chomp { clip, strip, keep };

// The `|`, `>` with what is behind, up to its line end. `indent` is 0 where none is written.
bool read_header(Cursor& cursor, Chomp& chomp, size_t& indent) {
  bool chomps = false;
  for (++cursor.at; !is_space_or_end(cursor.here()); ++cursor.at) {
    const char c = cursor.here();
    if ((c == '+' || c == '-') && !chomps) {
      chomps = true;
      chomp = c == '+' ? Chomp::keep : Chomp::strip;
    } else if (c >= '1' && c <= '9' && indent == 0) {
      indent = static_cast<size_t>(c - '0');
    } else {
      return false;
    }
  }
  cursor.skip_blanks();
  if (cursor.here() == '#') {
    cursor.to_line_end();
    if (cursor.text[cursor.at - 1] == '\r') --cursor.at;
  }
  return cursor.at_break();
}

// What a line of a block scalar is, from the column its text begins in.
struct Line {
  bool empty;   // nothing but spaces up to the indentation
  bool more;    // begins with a blank
  bool inside;  // belongs to the scalar
};

// Joins the lines of a folded scalar, line end by line end.
class Folding {
 public:
  explicit Folding(std::string& buffer) : buffer_(buffer) {}

  // The line end before `next`.
  void line_end(Line next) {
    if (ends_ == 0 && next.empty) from_more_ = last_.more;
    if (begun_) {
      if (!last_.empty && !next.empty && !last_.more && !next.more && next.inside)
        buffer_ += ' ';
      else if (next.empty)
        ++ends_;
      else
        buffer_ += '\n';
      if (!next.empty && ends_ > 0) {
        buffer_.append(ends_ - 1, '\n');
        if (from_more_ || next.more || !has_text_) buffer_ += '\n';
        ends_ = 0;
      }
    }
    begun_ = true;
    last_ = next;
  }
  void text(std::string_view line) {
    buffer_ += line;
    has_text_ = has_text_ || !line.empty();
  }

 private:
  std::string& buffer_;
  Line last_{false, false, true};
  size_t ends_ = 0;  // line ends of empty lines, not yet written
  bool from_more_ = false, has_text_ = false, begun_ = false;
};

void chomp_end(std::string& buffer, Chomp chomp) {
  if (chomp == Chomp::keep) return;
  const size_t end = buffer.find_last_not_of('\n') + 1;
  buffer.resize(chomp == Chomp::clip ? std::min(buffer.size(), end + 1) : end);
}

// The column of the first line that is not empty, where the scalar's text begins; 0 for none that the fast
// reader takes.
size_t find_indent(Cursor ahead, size_t parent) {
  size_t most = 0;
  for (;;) {
    ahead.next_line();
    while (ahead.here() == ' ') ++ahead.at;
    if (!ahead.at_break()) break;
    most = std::max(most, ahead.column());
  }
  const bool text = ahead.here() != '\0' && ahead.here() != '\t';
  return text && ahead.column() > parent && ahead.column() >= most ? ahead.column() : 0;
}

}  // namespace

bool read_block(Cursor& cursor, size_t parent, std::string& buffer, size_t& end) {
  const bool folded = cursor.here() == '>';
  Chomp chomp = Chomp::clip;
  size_t indent = 0;
  if (!read_header(cursor, chomp, indent)) return false;
  indent = indent > 0 ? parent + indent : find_indent(cursor, parent);
  if (indent == 0) return false;
  buffer.clear();
  Folding folding(buffer);
  bool has_text = false;
  for (bool first = true;; first = false) {
    cursor.next_line();
    while (cursor.here() == ' ' && cursor.column() < indent) ++cursor.at;
    const char c = cursor.here();
    const Line line{cursor.at_break(), is_blank(c), cursor.column() >= indent};
    if (c == '\t' && !line.inside) return false;
    if (c == '\0' && cursor.column() > 0) return false;
    if (folded)
      folding.line_end(line);
    else if (!first)
      buffer += '\n';
    if (!line.empty && !line.inside) break;
    const size_t begin = cursor.at;
    cursor.to_line_end();
    if (cursor.at > begin && cursor.text[cursor.at - 1] == '\r') --cursor.at;
    const std::string_view text = cursor.since(begin);
    if (folded)
      folding.text(text);
    else
      buffer += text;
    if (text.find_first_not_of(" \t") != text.npos) {
      has_text = true;
      end = cursor.at;
    } else if (!text.empty() && (!has_text || cursor.here() == '\0')) {
      return false;
    }
    if (cursor.here() == '\0') break;
  }
  chomp_end(buffer, chomp);
  return has_text && cursor.skip_lines();
}

}  // namespace mesh::yaml
