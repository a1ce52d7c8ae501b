#include "core/workspace/ignore.hpp"

#include "core/base/wildcards.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace mesh::workspace {
namespace {

bool in_named_class(std::string_view name, unsigned char c, bool& known) {
  struct Class {
    std::string_view name;
    int (*holds)(int);
  };
  static constexpr std::array<Class, 12> kClasses{{{"alnum", std::isalnum},
                                                   {"alpha", std::isalpha},
                                                   {"blank", std::isblank},
                                                   {"cntrl", std::iscntrl},
                                                   {"digit", std::isdigit},
                                                   {"graph", std::isgraph},
                                                   {"lower", std::islower},
                                                   {"print", std::isprint},
                                                   {"punct", std::ispunct},
                                                   {"space", std::isspace},
                                                   {"upper", std::isupper},
                                                   {"xdigit", std::isxdigit}}};
  for (const Class& one : kClasses)
    if (one.name == name) return c < 0x80 && one.holds(c) != 0;
  known = false;
  return false;
}

// The class `[…]` at the front of `pattern`: its length, and whether it holds `c`. 0: it is none, and nothing
// matches a pattern with it.
size_t match_class(std::string_view pattern, char c, bool& holds) {
  size_t at = 1;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  holds = false;
  const auto take = [&](char& taken) {
    if (pattern[at] == '\\' && ++at >= pattern.size()) return false;
    taken = pattern[at++];
    return true;
  };
  for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
    if (pattern.substr(at).starts_with("[:")) {
      const size_t end = pattern.find(']', at + 2);
      if (end == pattern.npos) return 0;
      if (pattern[end - 1] == ':' && end >= at + 3) {
        bool known = true;
        holds |= in_named_class(pattern.substr(at + 2, end - at - 3), static_cast<unsigned char>(c), known);
        if (!known) return 0;
        at = end + 1;
        continue;
      }
    }
    char low = 0;
    if (!take(low)) return 0;
    char high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      ++at;
      if (!take(high)) return 0;
    }
    const auto code = static_cast<unsigned char>(c);
    holds |= static_cast<unsigned char>(low) <= code && code <= static_cast<unsigned char>(high);
    holds |= low == c;  // also where a range runs backwards
  }
  if (at >= pattern.size()) return 0;
  holds = holds != negated && c != '/';
  return at + 1;
}

// Whether the stars of `pattern` from `p` to `end` stand alone between slashes: `**`, or more of them.
bool is_globstar(std::string_view pattern, size_t p, size_t end) {
  return end >= p + 2 && (p == 0 || pattern[p - 1] == '/') && (end == pattern.size() || pattern[end] == '/');
}

// One step of a pattern without stars: how long it is, and whether it matches `c`. 0: it matches nothing
// ever.
size_t match_one(std::string_view pattern, char c, bool& holds) {
  switch (pattern[0]) {
    case '?':
      holds = c != '/';
      return 1;
    case '[':
      return match_class(pattern, c, holds);
    case '\\':
      if (pattern.size() < 2) return 0;
      holds = pattern[1] == c;
      return 2;
    default:
      holds = pattern[0] == c;
      return 1;
  }
}

constexpr std::string_view kWild = "*?[\\";

}  // namespace

bool wildcard_match(std::string_view pattern, std::string_view path) {
  const auto stands_alone = [&](size_t p, size_t end) { return is_globstar(pattern, p, end); };
  return match_wildcards(pattern, path, match_one, stands_alone);
}

IgnoreFile::IgnoreFile(std::string base, std::string_view text) : base_(std::move(base)) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    add(line);
  }
}

void IgnoreFile::add(std::string_view line) {
  if (line.starts_with('#')) return;
  // Spaces at the end do not count, but for one behind a backslash.
  while (line.ends_with(' ')) {
    const size_t last = line.find_last_not_of('\\', line.size() - 2);
    const size_t slashes = line.size() < 2 ? 0 : line.size() - 2 - (last == line.npos ? size_t(-1) : last);
    if (slashes % 2 == 1) break;
    line.remove_suffix(1);
  }
  Pattern pattern;
  if (line.starts_with('!')) {
    pattern.negated = true;
    line.remove_prefix(1);
  }
  if (line.ends_with('/')) {
    pattern.folders_only = true;
    line.remove_suffix(1);
  }
  pattern.anchored = line.find('/') != line.npos;
  if (line.starts_with('/')) line.remove_prefix(1);
  if (line.empty()) return;
  pattern.fixed = std::min(line.find_first_of(kWild), line.size());
  pattern.glob = line;
  patterns_.push_back(std::move(pattern));
}

bool IgnoreFile::matches(const Pattern& pattern, std::string_view path) {
  const std::string_view glob = pattern.glob;
  if (pattern.fixed == glob.size()) return glob == path;
  if (!pattern.anchored) return wildcard_match(glob, path);
  // git takes off what is fixed first, so that the stars of `a**/b` stand alone, too.
  return path.starts_with(glob.substr(0, pattern.fixed)) &&
         wildcard_match(glob.substr(pattern.fixed), path.substr(pattern.fixed));
}

IgnoreFile::Answer IgnoreFile::judge(std::string_view path, bool is_folder) const {
  if (!path.starts_with(base_)) return Answer::silent;
  path.remove_prefix(base_.size());
  const std::string_view name = path.substr(path.rfind('/') + 1);
  for (auto pattern = patterns_.rbegin(); pattern != patterns_.rend(); ++pattern) {
    if (pattern->folders_only && !is_folder) continue;
    const std::string_view against = pattern->anchored ? path : name;
    if (matches(*pattern, against)) return pattern->negated ? Answer::kept : Answer::ignored;
  }
  return Answer::silent;
}

bool IgnoreStack::ignores(std::string_view path, bool is_folder) const {
  for (auto file = files_.rbegin(); file != files_.rend(); ++file)
    if (const auto answer = file->judge(path, is_folder); answer != IgnoreFile::Answer::silent)
      return answer == IgnoreFile::Answer::ignored;
  return false;
}

}  // namespace mesh::workspace
