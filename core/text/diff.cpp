#include "core/text/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace mesh {
namespace {

constexpr size_t kContext = 3;
// Steps of the search for the shortest difference; what needs more is told as one big change.
constexpr size_t kMostChanges = 2'000;

using Lines = std::vector<std::string_view>;

// With their ends, so that a missing one at the end of the text is seen.
Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const size_t size = end == text.npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

// Lines [a, a + removed) become [b, b + added).
struct Change {
  size_t a, removed, b, added;
};

void push(std::vector<Change>& changes, size_t a, size_t removed, size_t b, size_t added) {
  if (!changes.empty()) {
    Change& last = changes.back();
    if (last.a + last.removed == a && last.b + last.added == b) {
      last.removed += removed;
      last.added += added;
      return;
    }
  }
  changes.push_back({a, removed, b, added});
}

// Myers' greedy search, forward, with its trace kept. `a` and `b` differ at both ends.
std::vector<Change> shortest(const Lines& a, const Lines& b, size_t offset) {
  const auto n = static_cast<ptrdiff_t>(a.size()), m = static_cast<ptrdiff_t>(b.size());
  const auto most = static_cast<ptrdiff_t>(std::min(kMostChanges, a.size() + b.size()));
  std::vector<std::vector<ptrdiff_t>> trace;
  std::vector<ptrdiff_t> reach(static_cast<size_t>(2 * most + 3), 0);
  const auto at = [&](std::vector<ptrdiff_t>& row, ptrdiff_t k) -> ptrdiff_t& {
    return row[static_cast<size_t>(k + most + 1)];
  };
  ptrdiff_t steps = -1;
  for (ptrdiff_t d = 0; d <= most && steps < 0; ++d) {
    trace.push_back(reach);
    for (ptrdiff_t k = -d; k <= d; k += 2) {
      const bool down = k == -d || (k != d && at(reach, k - 1) < at(reach, k + 1));
      ptrdiff_t x = down ? at(reach, k + 1) : at(reach, k - 1) + 1;
      while (x < n && x - k < m && a[static_cast<size_t>(x)] == b[static_cast<size_t>(x - k)]) ++x;
      at(reach, k) = x;
      if (x >= n && x - k >= m) {
        steps = d;
        break;
      }
    }
  }
  if (steps < 0) return {{offset, a.size(), offset, b.size()}};
  std::vector<Change> backward;
  ptrdiff_t x = n, y = m;
  for (ptrdiff_t d = steps; d > 0; --d) {
    std::vector<ptrdiff_t>& row = trace[static_cast<size_t>(d)];
    const ptrdiff_t k = x - y;
    const bool down = k == -d || (k != d && at(row, k - 1) < at(row, k + 1));
    const ptrdiff_t before_k = down ? k + 1 : k - 1;
    x = at(row, before_k);
    y = x - before_k;
    backward.push_back(
        {offset + static_cast<size_t>(x), down ? 0u : 1u, offset + static_cast<size_t>(y), down ? 1u : 0u});
  }
  std::vector<Change> changes;
  for (auto change = backward.rbegin(); change != backward.rend(); ++change)
    push(changes, change->a, change->removed, change->b, change->added);
  return changes;
}

std::vector<Change> changes_between(const Lines& a, const Lines& b) {
  std::vector<Change> changes;
  // Edits within lines leave their number: then line by line is shortest.
  if (a.size() == b.size()) {
    for (size_t i = 0; i < a.size(); ++i)
      if (a[i] != b[i]) push(changes, i, 1, i, 1);
    return changes;
  }
  size_t head = 0, tail = 0;
  while (head < std::min(a.size(), b.size()) && a[head] == b[head]) ++head;
  while (tail < std::min(a.size(), b.size()) - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
    ++tail;
  const auto middle = [&](const Lines& lines) {
    return Lines(lines.begin() + static_cast<ptrdiff_t>(head), lines.end() - static_cast<ptrdiff_t>(tail));
  };
  return shortest(middle(a), middle(b), head);
}

// As git writes a name that has more than plain characters.
std::string quoted_path(std::string_view prefix, std::string_view path) {
  const auto is_plain = [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\'; };
  const std::string whole = std::string(prefix) + std::string(path);
  if (std::all_of(whole.begin(), whole.end(), [&](char c) { return is_plain(c) || c == ' '; })) {
    // A space would end the name, but for a tab behind it.
    return whole + (whole.find(' ') == std::string::npos ? "" : "\t");
  }
  std::string text = "\"";
  for (const char c : whole) {
    if (is_plain(c) || c == ' ')
      text += c;
    else if (c == '"' || c == '\\')
      text += std::string("\\") + c;
    else
      text += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
  }
  return text + "\"";
}

std::string range(size_t first, size_t count) {
  // Of no lines, the place is the line before.
  const size_t start = count == 0 ? first : first + 1;
  return count == 1 ? fmt::format("{}", start) : fmt::format("{},{}", start, count);
}

void add_line(std::string& text, char mark, std::string_view line) {
  text += mark;
  text += line;
  if (!line.ends_with('\n')) text += "\n\\ No newline at end of file\n";
}

}  // namespace

std::string unified_diff(std::string_view path, std::string_view before, std::string_view after) {
  if (before == after) return {};
  const Lines a = lines_of(before), b = lines_of(after);
  const std::vector<Change> changes = changes_between(a, b);
  std::string text = "--- " + quoted_path("a/", path) + "\n+++ " + quoted_path("b/", path) + "\n";
  for (size_t i = 0; i < changes.size();) {
    // A hunk: changes whose context would touch.
    size_t last = i;
    while (last + 1 < changes.size() &&
           changes[last + 1].a - (changes[last].a + changes[last].removed) <= 2 * kContext)
      ++last;
    const size_t lead = std::min(changes[i].a, kContext);
    const size_t end = std::min(a.size(), changes[last].a + changes[last].removed + kContext);
    const size_t begin = changes[i].a - lead, begin_b = changes[i].b - lead;
    const size_t end_b =
        changes[last].b + changes[last].added + (end - changes[last].a - changes[last].removed);
    text += fmt::format("@@ -{} +{} @@\n", range(begin, end - begin), range(begin_b, end_b - begin_b));
    size_t line = begin;
    for (; i <= last; ++i) {
      for (; line < changes[i].a; ++line) add_line(text, ' ', a[line]);
      for (size_t k = 0; k < changes[i].removed; ++k) add_line(text, '-', a[line++]);
      for (size_t k = 0; k < changes[i].added; ++k) add_line(text, '+', b[changes[i].b + k]);
    }
    for (; line < end; ++line) add_line(text, ' ', a[line]);
  }
  return text;
}

}  // namespace mesh
