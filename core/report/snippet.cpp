#include "core/report/snippet.hpp"

#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace mesh::report {
namespace {

constexpr std::string_view kTab = "    ";
constexpr std::string_view kCut = "...";

struct Range {
  char32_t first, last;
};

bool within(char32_t code, const Range* begin, const Range* end) {
  return std::any_of(begin, end,
                     [code](const Range& range) { return range.first <= code && code <= range.last; });
}

// One character of the line as it is shown.
struct Cell {
  std::string text;
  size_t columns;
  bool marked;
};

Cell cell_at(std::string_view line, size_t at, size_t size, bool marked) {
  const char c = line[at];
  if (size == 1 && c >= ' ' && c <= '~' && c != '#') return {std::string(1, c), 1, marked};
  // A character alone does not show that a log command starts with it.
  std::string text = c == '\t'                         ? std::string(kTab)
                     : is_log_command(line.substr(at)) ? "\\u{23}"
                                                       : printable(line.substr(at, size));
  const size_t columns = columns_of(text);
  return {std::move(text), columns, marked};
}

size_t columns_between(const std::vector<Cell>& cells, size_t first, size_t last) {
  size_t columns = 0;
  for (size_t i = first; i < last; ++i) columns += cells[i].columns;
  return columns;
}

// The cells to show of a line that does not fit: a window with the marked part a third from its left, or in
// its middle at the end of the line, so that there is room for what is said about it.
std::pair<size_t, size_t> window(const std::vector<Cell>& cells, size_t marked, size_t columns) {
  size_t first = marked, before = 0;
  const auto reach_back = [&](size_t most) {
    for (; first > 0 && before + cells[first - 1].columns <= most; --first)
      before += cells[first - 1].columns;
  };
  reach_back(columns / 3);
  size_t last = first;
  size_t used = 0;
  for (; last < cells.size() && used + cells[last].columns <= columns; ++last) used += cells[last].columns;
  if (last == cells.size()) reach_back(before + std::min(columns - used, columns / 2 - before));
  return {first, last};
}

// Where the character starts that ends before a byte of the line.
size_t character_before(std::string_view line, size_t end) {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  size_t start = end - 1;
  for (int back = 0; back < 3 && start > 0 && continues(line[start]); ++back) --start;
  // Bytes that are not UTF-8 are a character each.
  return start + utf8::first(line.substr(start)).size == end ? start : end - 1;
}

// The part of a line that any window around `begin` may show.
struct Surroundings {
  std::vector<Cell> cells;
  size_t marked = 0;  // the cell at `begin`
  bool from_start = false, to_end = false;
};

Surroundings around(std::string_view line, size_t begin, size_t end, size_t columns) {
  Surroundings found;
  const size_t most = 4 * columns + 16;  // cells: there are characters of no width
  size_t at = begin;
  for (size_t used = 0; at > 0 && used <= columns && found.cells.size() < most;) {
    const size_t start = character_before(line, at);
    found.cells.push_back(cell_at(line, start, at - start, false));
    used += found.cells.back().columns;
    at = start;
  }
  found.from_start = at == 0;
  std::ranges::reverse(found.cells);
  found.marked = found.cells.size();
  at = begin;
  for (size_t used = 0; at < line.size() && used <= columns && found.cells.size() - found.marked < most;) {
    const size_t size = utf8::first(line.substr(at)).size;
    found.cells.push_back(cell_at(line, at, size, at < end));
    used += found.cells.back().columns;
    at += size;
  }
  found.to_end = at >= line.size();
  return found;
}

}  // namespace

unsigned columns_of(char32_t code) {
  // Combining marks and joiners that `printable` leaves; then East Asian wide and full-width forms and emoji.
  static constexpr Range kNone[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},
                                    {0x64b, 0x65f},   {0x6d6, 0x6dc},   {0x93c, 0x93c},   {0x941, 0x948},
                                    {0xe34, 0xe3a},   {0xe47, 0xe4e},   {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
                                    {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xe0100, 0xe01ef}};
  static constexpr Range kTwo[] = {
      {0x1100, 0x115f},   {0x231a, 0x231b},   {0x23e9, 0x23ec},   {0x2614, 0x2615},   {0x2648, 0x2653},
      {0x26a1, 0x26a1},   {0x2705, 0x2705},   {0x274c, 0x274c},   {0x2753, 0x2757},   {0x2795, 0x2797},
      {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},
      {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
      {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
      {0x1f7e0, 0x1f7eb}, {0x1f900, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd}};
  if (code < 0x300) return 1;
  if (within(code, std::begin(kNone), std::end(kNone))) return 0;
  return within(code, std::begin(kTwo), std::end(kTwo)) ? 2 : 1;
}

size_t columns_of(std::string_view text) {
  size_t columns = 0;
  while (!text.empty()) {
    const utf8::Char c = utf8::first(text);
    columns += columns_of(c.code);
    text.remove_prefix(c.size);
  }
  return columns;
}

Snippet snippet(std::string_view line, size_t begin, size_t end, size_t columns, char mark) {
  // Nearly every line is short and of characters that take a column each.
  if (line.size() <= columns && plain_length(line) == line.size()) {
    begin = std::min(begin, line.size());
    end = std::clamp(end, begin, line.size());
    Snippet made{std::string(line), std::string(begin, ' ')};
    made.marks.append(std::max<size_t>(end - begin, 1), mark);
    return made;
  }
  const Surroundings found = around(line, std::min(begin, line.size()), end, columns);
  const std::vector<Cell>& cells = found.cells;
  size_t from = 0, to = cells.size();
  if (!found.from_start || !found.to_end || columns_between(cells, 0, cells.size()) > columns)
    std::tie(from, to) =
        window(cells, found.marked, columns > 2 * kCut.size() ? columns - 2 * kCut.size() : 1);

  Snippet made{from > 0 || !found.from_start ? std::string(kCut) : "", {}};
  made.marks.assign(made.text.size() + columns_between(cells, from, found.marked), ' ');
  for (size_t i = from; i < to; ++i) {
    made.text += cells[i].text;
    if (cells[i].marked) made.marks.append(cells[i].columns, mark);
  }
  if (to < cells.size() || !found.to_end) made.text += kCut;
  if (!made.marks.ends_with(mark)) made.marks += mark;
  return made;
}

}  // namespace mesh::report
