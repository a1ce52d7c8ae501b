#include "core/base/strings.hpp"

#include "core/base/bytes32.hpp"
#include "core/base/utf8.hpp"
#include "core/base/wildcards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace mesh {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string joined;
  for (const std::string& part : parts) {
    if (!joined.empty()) joined += separator;
    joined += part;
  }
  return joined;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string to_lower(std::string_view ascii) {
  std::string lower(ascii);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

bool equal_but_for_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

constexpr size_t kLongestWord = 128;  // a longer one is no typing error
constexpr size_t kMostWrong = 3;      // letters of it
using Row = std::array<uint8_t, kLongestWord + kMostWrong + 1>;

// The distance of two words, or `most` + 1 when it is larger: only the cells that may lie within are looked
// at.
static size_t distance_within(std::string_view a, std::string_view b, size_t most) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) a.remove_prefix(1), b.remove_prefix(1);
  while (!a.empty() && !b.empty() && a.back() == b.back()) a.remove_suffix(1), b.remove_suffix(1);
  if (a.size() > b.size() + most || b.size() > a.size() + most) return most + 1;
  if (a.empty() || b.empty()) return a.size() + b.size();
  const auto beyond = static_cast<uint8_t>(most + 1);
  Row before, last, row;
  before.fill(beyond);
  last.fill(beyond);
  row.fill(beyond);
  for (size_t j = 0; j <= std::min(b.size(), most); ++j) last[j] = static_cast<uint8_t>(j);
  size_t least_before = 0;
  for (size_t i = 1; i <= a.size(); ++i) {
    const size_t first = i > most ? i - most : 1, end = std::min(b.size(), i + most);
    row[first - 1] = static_cast<uint8_t>(first == 1 ? std::min<size_t>(i, beyond) : beyond);
    size_t least = row[first - 1];
    for (size_t j = first; j <= end; ++j) {
      int cell = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cell = std::min(cell, before[j - 2] + 1);
      row[j] = static_cast<uint8_t>(std::min<int>(cell, beyond));
      least = std::min<size_t>(least, row[j]);
    }
    if (end < b.size()) row[end + 1] = beyond;
    if (least > most && least_before > most) return beyond;  // two rows: a swap reaches over one
    least_before = least;
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

// How many letters of one word, wherever they stand, the other has not: no more than their distance, and told
// at once.
class Letters {
 public:
  explicit Letters(std::string_view word) : size_(word.size()) {
    for (const char c : word) ++count_[static_cast<unsigned char>(c)];
  }
  size_t missing(std::string_view other) {
    size_t extra = 0;
    for (const char c : other) extra += --count_[static_cast<unsigned char>(c)] < 0;
    for (const char c : other) ++count_[static_cast<unsigned char>(c)];
    return std::max(extra, extra + size_ - other.size());
  }

 private:
  size_t size_;
  std::array<int, 256> count_{};
};

std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> known) {
  if (word.empty() || word.size() > kLongestWord) return std::nullopt;
  const std::string lower = to_lower(word);
  Letters letters(lower);
  std::string other;
  std::optional<std::string_view> best;
  size_t allowed = std::clamp<size_t>(word.size() / 3, 1, kMostWrong);
  for (const std::string_view candidate : known) {
    if (candidate.size() + allowed < word.size() || word.size() + allowed < candidate.size()) continue;
    other.assign(candidate);
    for (char& c : other)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (letters.missing(other) > allowed) continue;
    const size_t distance = distance_within(lower, other, allowed);
    if (distance > allowed || distance >= std::max(word.size(), candidate.size())) continue;
    best = candidate;
    if (distance == 0) break;
    allowed = distance - 1;  // only a nearer one is better
  }
  return best;
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const auto found = nearest(word, views);
  if (!found) return std::nullopt;
  return std::string(*found);
}

// Length of the class at the front of `pattern` (`[…]`), and whether it holds `c`; 0 when it never closes.
static size_t match_class(std::string_view pattern, char c, bool& holds) {
  size_t at = 1;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  holds = false;
  for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
    const char low = pattern[at];
    if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
      holds |= low <= c && c <= pattern[at + 2];
      at += 3;
    } else {
      holds |= low == c;
      ++at;
    }
  }
  if (at >= pattern.size()) return 0;
  holds = holds != negated && c != '/';
  return at + 1;
}

// One step of a pattern without stars. A class that never closes, and a backslash at the end, stand for
// themselves.
static size_t match_step(std::string_view pattern, char c, bool& holds) {
  if (pattern[0] == '?') {
    holds = c != '/';
    return 1;
  }
  if (pattern[0] == '[')
    if (const size_t width = match_class(pattern, c, holds); width != 0) return width;
  if (pattern[0] == '\\' && pattern.size() > 1) {
    holds = pattern[1] == c;
    return 2;
  }
  holds = pattern[0] == c;
  return 1;
}

// `pattern` without braces.
static bool match_plain(std::string_view pattern, std::string_view path) {
  const auto stands_alone = [&](size_t p, size_t end) {
    return end == p + 2 && (p == 0 || pattern[p - 1] == '/') &&
           (end == pattern.size() || pattern[end] == '/');
  };
  return match_wildcards(pattern, path, match_step, stands_alone);
}

bool glob_match(std::string_view pattern, std::string_view path) {
  const size_t open = pattern.find('{');
  const size_t close = open == std::string_view::npos ? open : pattern.find('}', open);
  if (close == std::string_view::npos) return match_plain(pattern, path);
  for (const std::string_view choice : split(pattern.substr(open + 1, close - open - 1), ',')) {
    const std::string one =
        std::string(pattern.substr(0, open)) + std::string(choice) + std::string(pattern.substr(close + 1));
    if (glob_match(one, path)) return true;
  }
  return false;
}

bool is_unsafe_to_show(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

bool is_log_command(std::string_view text) {
  if (!text.starts_with("##")) return false;
  text.remove_prefix(2);
  constexpr std::string_view kAzure = "vso[";
  return text.starts_with('[') || to_lower(text.substr(0, kAzure.size())) == kAzure;
}

size_t plain_length(std::string_view text) {
  for (size_t at = 0; at < text.size(); at += Bytes32::kSize) {
    const Bytes32 bytes(text, at);
    const uint32_t others = ~bytes.above('\x1F') | bytes.equal_to('\x7F') | bytes.equal_to('#');
    if (others != 0) return at + static_cast<size_t>(std::countr_zero(others));
  }
  return text.size();
}

void append_printable(std::string& shown, std::string_view text, bool multiline) {
  for (;;) {
    const size_t plain = plain_length(text);
    shown += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const utf8::Char c = utf8::first(text);
    if (!c.valid) {
      shown += "\xEF\xBF\xBD";
    } else if ((is_unsafe_to_show(c.code) && !(multiline && (c.code == '\n' || c.code == '\t'))) ||
               (c.code == '#' && is_log_command(text))) {
      shown += fmt::format("\\u{{{:x}}}", static_cast<uint32_t>(c.code));
    } else {
      shown += text.substr(0, c.size);
    }
    text.remove_prefix(c.size);
  }
}

std::string printable(std::string_view text, bool multiline) {
  std::string shown;
  shown.reserve(text.size());
  append_printable(shown, text, multiline);
  return shown;
}

std::string quoted(std::string_view text) { return "`" + printable(text) + "`"; }

std::string json_quote(std::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) {
    const utf8::Char c = utf8::first(text);
    if (!c.valid) {
      quoted += "\xEF\xBF\xBD";
    } else if (c.code == '"' || c.code == '\\') {
      quoted += '\\';
      quoted += static_cast<char>(c.code);
    } else if (c.code == '\n') {
      quoted += "\\n";
    } else if (c.code < 0x20 || c.code == 0x7f) {
      quoted += fmt::format("\\u{:04x}", static_cast<uint32_t>(c.code));
    } else {
      quoted += text.substr(0, c.size);
    }
    text.remove_prefix(c.size);
  }
  return quoted += '"';
}

std::string count_of(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace mesh
