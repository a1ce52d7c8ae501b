#include "core/docs/markdown.hpp"

#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"

#include <algorithm>

namespace mesh::docs {
namespace {

constexpr std::string_view start_of(Inline::Kind kind) {
  switch (kind) {
    case Inline::Kind::code:
      return "\x1b[36m";
    case Inline::Kind::strong:
      return "\x1b[1m";
    case Inline::Kind::emphasis:
      return "\x1b[3m";
    case Inline::Kind::text:
      break;
  }
  return "";
}

// Without colour only code keeps its marks: it is what people copy.
std::string shown(const Inline& part, std::string_view text, bool color) {
  if (part.kind == Inline::Kind::text) return std::string(text);
  if (color) return std::string(start_of(part.kind)) + std::string(text) + "\x1b[0m";
  return part.kind == Inline::Kind::code ? "`" + std::string(text) + "`" : std::string(text);
}

size_t width_of(const Inline& part, std::string_view text, bool color) {
  return utf8::length(text) + (part.kind == Inline::Kind::code && !color ? 2 : 0);
}

size_t width_of(const std::vector<Inline>& parts, bool color) {
  size_t width = 0;
  for (const Inline& part : parts) width += width_of(part, part.text, color);
  return width;
}

std::vector<std::string_view> cells(std::string_view row) {
  if (row.starts_with('|')) row.remove_prefix(1);
  if (row.ends_with('|')) row.remove_suffix(1);
  std::vector<std::string_view> found = split(row, '|');
  for (std::string_view& cell : found) cell = trim(cell);
  return found;
}

bool is_rule(std::string_view row) { return row.find_first_not_of("|-: ") == std::string_view::npos; }

// Columns as wide as their longest cell, the last one wrapped.
std::string render_table(const Block& block, const Style& style) {
  std::vector<size_t> widths;
  for (const std::string& row : block.lines) {
    if (is_rule(row)) continue;
    const auto found = cells(row);
    widths.resize(std::max(widths.size(), found.size()));
    for (size_t i = 0; i < found.size(); ++i)
      widths[i] = std::max(widths[i], width_of(read_inline(found[i]), style.color));
  }
  std::string out;
  for (const std::string& row : block.lines) {
    if (is_rule(row)) continue;
    const auto found = cells(row);
    std::string line(style.indent, ' ');
    size_t column = style.indent;
    for (size_t i = 0; i + 1 < found.size(); ++i) {
      const std::vector<Inline> words = read_inline(found[i]);
      for (const Inline& part : words) line += shown(part, part.text, style.color);
      const size_t pad = widths[i] - width_of(words, style.color) + 2;
      line.append(pad, ' ');
      column += widths[i] + 2;
    }
    Style last = style;
    last.indent = static_cast<unsigned>(column);
    out += line + wrap(read_inline(found.back()), last, last.indent) + "\n";
  }
  return out;
}

}  // namespace

std::string wrap(const std::vector<Inline>& words, const Style& style, unsigned first) {
  std::string out;
  size_t column = first;
  bool at_start = true, space = false;
  const size_t limit = std::max<size_t>(style.width, style.indent + 20);
  // A word may span parts (`code`, then a full stop): collect until a space, then place it whole.
  std::string word;
  size_t word_width = 0;
  const auto place = [&] {
    if (word.empty()) return;
    if (!at_start && column + (space ? 1 : 0) + word_width > limit) {
      out += '\n';
      out.append(style.indent, ' ');
      column = style.indent;
    } else if (space && !at_start) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word_width;
    word.clear();
    word_width = 0;
    at_start = space = false;
  };
  for (const Inline& part : words) {
    std::string_view rest = part.text;
    // Code stays on one line.
    if (part.kind == Inline::Kind::code) {
      word += shown(part, rest, style.color);
      word_width += width_of(part, rest, style.color);
      continue;
    }
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(' '), rest.size());
      if (end > 0) {
        word += shown(part, rest.substr(0, end), style.color);
        word_width += utf8::length(rest.substr(0, end));
      }
      if (end == rest.size()) break;
      place();
      space = true;
      rest.remove_prefix(end + 1);
    }
  }
  place();
  return out;
}

std::string render(const std::vector<Block>& blocks, const Style& style) {
  std::string out;
  const std::string margin(style.indent, ' ');
  Block::Kind before = Block::Kind::paragraph;
  for (const Block& block : blocks) {
    const bool tight = block.kind == Block::Kind::item && before == Block::Kind::item;
    if (!out.empty() && !tight) out += '\n';
    before = block.kind;
    switch (block.kind) {
      case Block::Kind::heading:
        out += margin + (style.color ? "\x1b[1m" : "") + plain(block.words) + (style.color ? "\x1b[0m" : "") +
               "\n";
        break;
      case Block::Kind::paragraph:
        out += margin + wrap(block.words, style, style.indent) + "\n";
        break;
      case Block::Kind::item: {
        Style inner = style;
        const std::string lead = margin + std::string(2 * block.level, ' ') + block.marker + " ";
        inner.indent = static_cast<unsigned>(lead.size());
        out += lead + wrap(block.words, inner, inner.indent) + "\n";
        break;
      }
      case Block::Kind::code:
        for (const std::string& line : block.lines)
          out += line.empty() ? "\n" : margin + "    " + line + "\n";
        break;
      case Block::Kind::table:
        out += render_table(block, style);
        break;
    }
  }
  return out;
}

}  // namespace mesh::docs
