#include "core/schema/numbers.hpp"

#include <charconv>
#include <cmath>
#include <string_view>

namespace mesh::schema {
namespace {

// digits × 10^exponent, without sign: a multiple does not ask for it.
struct Decimal {
  uint64_t digits = 0;
  int64_t exponent = 0;
};

// None for what is not decimal (0x1f, .inf) or longer than 18 significant digits.
std::optional<Decimal> decimal_of(std::string_view text) {
  Decimal decimal;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  bool fraction = false;
  size_t i = 0;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.' && !fraction) {
      fraction = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9' || decimal.digits >= 100'000'000'000'000'000) return std::nullopt;
    decimal.digits = decimal.digits * 10 + static_cast<uint64_t>(text[i] - '0');
    if (fraction) --decimal.exponent;
  }
  if (i < text.size()) {
    std::string_view power = text.substr(i + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    int64_t value = 0;
    const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), value);
    if (error != std::errc() || end != power.data() + power.size() || std::abs(value) > 100'000)
      return std::nullopt;
    decimal.exponent += value;
  }
  while (decimal.digits != 0 && decimal.digits % 10 == 0) {
    decimal.digits /= 10;
    ++decimal.exponent;
  }
  return decimal;
}

uint64_t multiply(uint64_t a, uint64_t b, uint64_t modulus) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<uint64_t>(static_cast<Wide>(a) * b % modulus);
}

uint64_t power_of_ten(int64_t exponent, uint64_t modulus) {
  uint64_t result = 1 % modulus, base = 10 % modulus;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result = multiply(result, base, modulus);
    base = multiply(base, base, modulus);
  }
  return result;
}

}  // namespace

Limit limit_of(yaml::Node number) { return {number, number.number(), number.integer()}; }

int compare(yaml::Node number, const Limit& limit) {
  const auto integer = number.integer();
  if (integer && limit.integer) return *integer < *limit.integer ? -1 : *integer > *limit.integer ? 1 : 0;
  const double value = number.number();
  if (std::isnan(value) || std::isnan(limit.value)) return 2;
  return value < limit.value ? -1 : value > limit.value ? 1 : 0;
}

bool is_integral(yaml::Node number) {
  if (number.kind() == yaml::Kind::integer) return true;
  if (number.kind() != yaml::Kind::number) return false;
  const double value = number.number();
  return std::isfinite(value) && std::floor(value) == value;
}

bool is_multiple(yaml::Node number, const Limit& of) {
  const auto value = decimal_of(number.text()), divisor = decimal_of(of.source.text());
  if (!value || !divisor || divisor->digits == 0) return std::fmod(number.number(), of.value) == 0;
  if (value->digits == 0) return true;
  const int64_t shift = value->exponent - divisor->exponent;
  // The digits do not end in zero, so a finer value is a multiple only when the divisor loses as many tens.
  if (shift >= 0)
    return multiply(value->digits % divisor->digits, power_of_ten(shift, divisor->digits), divisor->digits) ==
           0;
  return false;
}

}  // namespace mesh::schema
