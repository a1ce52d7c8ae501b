#include "core/yaml/scalar.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace mesh::yaml {

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool all_of_base(std::string_view digits, int base) {
  if (digits.empty()) return false;
  for (const char c : digits) {
    const bool fits =
        base == 8 ? c >= '0' && c <= '7' : is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (!fits) return false;
  }
  return true;
}

static std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  return text;
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
static Kind decimal_kind(std::string_view text) {
  text = without_sign(text);
  const auto digits = [&] {
    size_t count = 0;
    while (count < text.size() && is_digit(text[count])) ++count;
    text.remove_prefix(count);
    return count;
  };
  const size_t whole = digits();
  size_t fraction = 0;
  bool is_float = false;
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    fraction = digits();
    is_float = true;
  }
  if (whole + fraction == 0) return Kind::string;
  if (!text.empty() && (text[0] == 'e' || text[0] == 'E')) {
    text.remove_prefix(1);
    text = without_sign(text);
    if (digits() == 0) return Kind::string;
    is_float = true;
  }
  if (!text.empty()) return Kind::string;
  return is_float ? Kind::number : Kind::integer;
}

static bool is_infinity(std::string_view text) {
  text = without_sign(text);
  return text == ".inf" || text == ".Inf" || text == ".INF";
}

static bool is_not_a_number(std::string_view text) {
  return text == ".nan" || text == ".NaN" || text == ".NAN";
}

Kind core_kind(std::string_view plain) {
  if (plain.empty()) return Kind::null;
  switch (plain[0]) {
    case '~':
      return plain == "~" ? Kind::null : Kind::string;
    case 'n':
    case 'N':
      return plain == "null" || plain == "Null" || plain == "NULL" ? Kind::null : Kind::string;
    case 't':
    case 'T':
      return plain == "true" || plain == "True" || plain == "TRUE" ? Kind::boolean : Kind::string;
    case 'f':
    case 'F':
      return plain == "false" || plain == "False" || plain == "FALSE" ? Kind::boolean : Kind::string;
    default:
      break;
  }
  if (plain.starts_with("0o")) return all_of_base(plain.substr(2), 8) ? Kind::integer : Kind::string;
  if (plain.starts_with("0x")) return all_of_base(plain.substr(2), 16) ? Kind::integer : Kind::string;
  if (is_infinity(plain) || is_not_a_number(plain)) return Kind::number;
  if (is_digit(plain[0]) || plain[0] == '.' || plain[0] == '-' || plain[0] == '+') return decimal_kind(plain);
  return Kind::string;
}

std::optional<int64_t> integer_value(std::string_view plain) {
  int base = 10;
  if (plain.starts_with("0o")) base = 8;
  if (plain.starts_with("0x")) base = 16;
  if (base != 10) plain.remove_prefix(2);
  if (plain.starts_with('+')) plain.remove_prefix(1);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value, base);
  if (error != std::errc() || end != plain.data() + plain.size()) return std::nullopt;
  return value;
}

double number_value(std::string_view plain) {
  if (is_infinity(plain)) return plain[0] == '-' ? -INFINITY : INFINITY;
  if (is_not_a_number(plain)) return std::numeric_limits<double>::quiet_NaN();
  if (plain.starts_with("0o") || plain.starts_with("0x")) {
    double value = 0;
    const int base = plain[1] == 'o' ? 8 : 16;
    for (const char c : plain.substr(2))
      value = value * base + (is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    return value;
  }
  if (plain.starts_with('+')) plain.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error == std::errc::result_out_of_range) {
    // from_chars leaves the value alone: tell overflow from underflow by the exponent's sign.
    const bool tiny = plain.find("e-") != plain.npos || plain.find("E-") != plain.npos;
    value = tiny ? 0.0 : plain.starts_with('-') ? -INFINITY : INFINITY;
  }
  return value;
}

}  // namespace mesh::yaml
