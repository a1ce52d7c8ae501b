#include "core/rules/latency.hpp"

#include "core/base/strings.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace mesh::rules {

namespace {

struct Unit {
  std::string_view word;
  double seconds;
};
// Months and years in the mean: whoever promises a latency of months does not count days.
constexpr double kMinute = 60, kHour = 3600, kDay = 24 * kHour, kMonth = 30.4 * kDay, kYear = 365.25 * kDay;
constexpr std::array<Unit, 30> kUnits{{
    {"ms", 0.001},
    {"millisecond", 0.001},
    {"milliseconds", 0.001},
    {"s", 1},
    {"sec", 1},
    {"secs", 1},
    {"second", 1},
    {"seconds", 1},
    {"m", kMinute},
    {"min", kMinute},
    {"mins", kMinute},
    {"minute", kMinute},
    {"minutes", kMinute},
    {"h", kHour},
    {"hr", kHour},
    {"hrs", kHour},
    {"hour", kHour},
    {"hours", kHour},
    {"d", kDay},
    {"day", kDay},
    {"days", kDay},
    {"w", 7 * kDay},
    {"week", 7 * kDay},
    {"weeks", 7 * kDay},
    {"month", kMonth},
    {"months", kMonth},
    {"y", kYear},
    {"yr", kYear},
    {"year", kYear},
    {"years", kYear},
}};

}  // namespace

std::optional<double> latency_of(const model::Sla& sla) {
  const std::string name = to_lower(trim(sla.property.view()));
  if ((name != "latency" && name != "ly") || !sla.value) return std::nullopt;
  const std::string_view value = trim(sla.value.view());
  double number = 0;
  const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (failed != std::errc() || !(number >= 0)) return std::nullopt;
  const std::string_view behind = trim(value.substr(static_cast<size_t>(end - value.data())));
  if (!behind.empty() && sla.unit) return std::nullopt;
  const std::string word = to_lower(behind.empty() ? trim(sla.unit.view()) : behind);
  const auto known = std::ranges::find(kUnits, std::string_view(word), &Unit::word);
  if (known == kUnits.end()) return std::nullopt;
  return number * known->seconds;
}

std::string written(const model::Sla& sla) {
  return sla.unit ? sla.value.str() + " " + sla.unit.str() : sla.value.str();
}

}  // namespace mesh::rules
