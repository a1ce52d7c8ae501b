#include "core/yaml/portable.hpp"

#include "core/base/strings.hpp"
#include "core/yaml/scalar.hpp"

#include <algorithm>
#include <array>

namespace mesh::yaml {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::optional<std::string> word(std::string_view plain) {
  if (plain.size() > 3) return std::nullopt;
  const std::string lower = to_lower(plain);
  const bool one_case = plain == lower || plain.substr(1) == std::string_view(lower).substr(1) ||
                        std::none_of(plain.begin(), plain.end(), [](char c) { return c >= 'a'; });
  if (!one_case) return std::nullopt;
  if (lower == "yes" || lower == "on") return "the boolean true";
  if (lower == "no" || lower == "off") return "the boolean false";
  return std::nullopt;
}

// 1:30 or 12:00:00.5: base 60.
bool is_sexagesimal(std::string_view digits) {
  if (digits.find(':') == digits.npos) return false;
  const auto parts = split(digits.substr(0, digits.find('.')), ':');
  if (!all_digits(parts.front()) || parts.front().front() == '0') return false;
  return std::all_of(parts.begin() + 1, parts.end(), [](std::string_view part) {
    return all_digits(part) && (part.size() == 1 || (part.size() == 2 && part[0] < '6'));
  });
}

std::optional<std::string> number(std::string_view plain) {
  std::string_view digits = plain;
  if (digits[0] == '+' || digits[0] == '-') digits.remove_prefix(1);
  if (digits.empty() || !is_digit(digits[0])) return std::nullopt;
  const auto only = [&](std::string_view set) { return digits.find_first_not_of(set) == digits.npos; };
  if (digits.starts_with("0o") && core_kind(digits) == Kind::integer) return "a text";
  if (digits.starts_with("0b") && digits.size() > 2 && digits.find_first_not_of("01_", 2) == digits.npos)
    return "a binary number";
  if (digits.size() > 1 && digits[0] == '0' && only("01234567_")) return "an octal number";
  if (is_sexagesimal(digits)) return "a number in base 60";
  if (digits.find('_') != digits.npos && only("0123456789_.")) return "a number";
  const size_t point = digits.find('.'), exponent = digits.find_first_of("eE");
  if (exponent != digits.npos && core_kind(plain) == Kind::number) {
    const char sign = digits[exponent + 1];
    if (point == digits.npos || is_digit(sign)) return "a text";
  }
  // Both read a number and lose the zero: 1.10 is most often a version.
  if (point != digits.npos && digits.size() - point > 2 && digits.ends_with('0') &&
      core_kind(plain) == Kind::number)
    return "a number without its last zero";
  return std::nullopt;
}

}  // namespace

bool is_date(std::string_view plain) {
  const auto digits = [&](size_t from, size_t count) {
    return plain.size() >= from + count && all_digits(plain.substr(from, count));
  };
  if (plain.size() < 8 || !digits(0, 4) || plain[4] != '-') return false;
  if (plain.size() == 10) return digits(5, 2) && plain[7] == '-' && digits(8, 2);
  // A timestamp: month and day may have one digit, then T or space and a time.
  const size_t time = plain.find_first_of("Tt ");
  if (time == plain.npos || time > 10) return false;
  const auto parts = split(plain.substr(0, time), '-');
  const bool date = parts.size() == 3 && all_digits(parts[1]) && all_digits(parts[2]) &&
                    parts[1].size() <= 2 && parts[2].size() <= 2;
  const size_t hour = plain.find_first_not_of(" \t", time + 1);
  return date && hour != plain.npos && is_digit(plain[hour]) && plain.find(':', hour) != plain.npos;
}

std::optional<std::string> unportable(std::string_view plain) {
  constexpr size_t kLongest = 40;
  if (plain.size() < 2 || plain.size() > kLongest) return std::nullopt;
  switch (plain[0]) {
    case 'y':
    case 'Y':
    case 'n':
    case 'N':
    case 'o':
    case 'O':
      return word(plain);
    default:
      break;
  }
  if (!is_digit(plain[0]) && plain[0] != '-' && plain[0] != '+') return std::nullopt;
  if (is_date(plain)) return "a date";
  return number(plain);
}

}  // namespace mesh::yaml
