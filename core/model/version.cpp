#include "core/model/version.hpp"

#include "core/base/strings.hpp"

#include <algorithm>

namespace mesh::model {
namespace {

// OCI allows a tag 128 characters.
constexpr size_t kMaxText = 128;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; }

bool is_digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }
bool is_number(std::string_view text) { return is_digits(text) && (text.size() == 1 || text[0] != '0'); }

bool is_dotted(std::string_view text, bool numbers_are_strict) {
  return std::ranges::all_of(split(text, '.'), [&](std::string_view part) {
    if (part.empty() || !std::ranges::all_of(part, is_word)) return false;
    return !numbers_are_strict || !is_digits(part) || is_number(part);
  });
}

std::weak_ordering compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

std::weak_ordering compare_parts(std::string_view a, std::string_view b) {
  const bool a_is_number = is_digits(a), b_is_number = is_digits(b);
  if (a_is_number && b_is_number) return compare_numbers(a, b);
  if (a_is_number != b_is_number) return a_is_number ? std::weak_ordering::less : std::weak_ordering::greater;
  return a.compare(b) <=> 0;
}

std::weak_ordering compare_prereleases(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.empty() <=> b.empty();
  const auto parts_a = split(a, '.'), parts_b = split(b, '.');
  for (size_t i = 0; i < std::min(parts_a.size(), parts_b.size()); ++i)
    if (const auto order = compare_parts(parts_a[i], parts_b[i]); order != 0) return order;
  return parts_a.size() <=> parts_b.size();
}

std::string plus_one(std::string number) {
  for (size_t i = number.size(); i-- > 0;) {
    if (number[i] != '9') {
      ++number[i];
      return number;
    }
    number[i] = '0';
  }
  return "1" + number;
}

}  // namespace

std::string Version::text() const {
  std::string text = major + "." + minor + "." + patch;
  if (!prerelease.empty()) text += "-" + prerelease;
  if (!build.empty()) text += "+" + build;
  return text;
}

std::string Version::tag() const {
  std::string tag = text();
  std::ranges::replace(tag, '+', '_');
  return tag;
}

std::optional<Version> parse_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  if (text.empty() || text.size() > kMaxText) return std::nullopt;

  Version version;
  if (const size_t plus = text.find('+'); plus != text.npos) {
    version.build = text.substr(plus + 1);
    if (!is_dotted(version.build, false)) return std::nullopt;
    text = text.substr(0, plus);
  }
  if (const size_t dash = text.find('-'); dash != text.npos) {
    version.prerelease = text.substr(dash + 1);
    if (!is_dotted(version.prerelease, true)) return std::nullopt;
    text = text.substr(0, dash);
  }
  const size_t first = text.find('.'), second = first == text.npos ? first : text.find('.', first + 1);
  if (second == text.npos) return std::nullopt;
  version.major = text.substr(0, first);
  version.minor = text.substr(first + 1, second - first - 1);
  version.patch = text.substr(second + 1);
  if (!is_number(version.major) || !is_number(version.minor) || !is_number(version.patch))
    return std::nullopt;
  return version;
}

std::optional<Version> parse_tag(std::string_view tag) {
  std::string text(tag);
  // Neither `_` nor a second `+` can stand in a version, so the first one is the build's.
  if (const size_t mark = text.find('_'); mark != text.npos) text[mark] = '+';
  auto version = parse_version(text);
  if (!version || version->tag() != tag) return std::nullopt;
  return version;
}

std::weak_ordering by_precedence(const Version& a, const Version& b) {
  if (const auto order = compare_numbers(a.major, b.major); order != 0) return order;
  if (const auto order = compare_numbers(a.minor, b.minor); order != 0) return order;
  if (const auto order = compare_numbers(a.patch, b.patch); order != 0) return order;
  // A release is the greatest of its pre-releases.
  if (a.prerelease.empty() != b.prerelease.empty())
    return b.prerelease.empty() ? std::weak_ordering::less : std::weak_ordering::greater;
  return compare_prereleases(a.prerelease, b.prerelease);
}

Version next_patch(const Version& version) {
  Version next = version;
  next.prerelease.clear();
  next.build.clear();
  if (version.prerelease.empty()) next.patch = plus_one(next.patch);
  return next;
}

Version bumped(const Version& version) {
  if (version.prerelease.empty()) return next_patch(version);
  Version next = version;
  next.build.clear();
  std::string& text = next.prerelease;
  size_t start = text.size();
  while (start > 0 && is_digit(text[start - 1])) --start;
  const std::string digits = text.substr(start);
  const bool is_number_alone = start == 0 || text[start - 1] == '.';
  // `rc9` sorts after `rc10`, as letters and digits together compare as text.
  const bool grows = digits.find_first_not_of('9') == digits.npos;
  if (digits.empty() || (!is_number_alone && grows))
    text += ".1";
  else
    text.replace(start, text.npos, plus_one(digits));
  return next;
}

bool is_snapshot(std::string_view version, std::string_view status) {
  return version.empty() || status == "draft" || status == "proposed";
}

}  // namespace mesh::model
