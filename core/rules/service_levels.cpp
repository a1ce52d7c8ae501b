#include "core/rules/service_levels.hpp"

#include "core/base/strings.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace mesh::rules {

namespace {

using enum ServiceLevel;

struct LevelRow {
  std::string_view name, synonym;
  ServiceLevel level;
};
constexpr std::array<LevelRow, 13> kLevels{{{"availability", "av", availability},
                                            {"throughput", "th", throughput},
                                            {"errorRate", "er", error_rate},
                                            {"generalAvailability", "ga", general_availability},
                                            {"endOfSupport", "es", end_of_support},
                                            {"endOfLife", "el", end_of_life},
                                            {"retention", "re", retention},
                                            {"frequency", "fy", frequency},
                                            {"latency", "ly", latency},
                                            {"timeToDetect", "td", time_to_detect},
                                            {"timeToNotify", "tn", time_to_notify},
                                            {"timeToRepair", "tr", time_to_repair},
                                            {"timeOfAvailability", "ta", time_of_availability}}};

constexpr double kMinute = 60, kHour = 3600, kDay = 86400, kYear = 365.25 * kDay;
struct UnitRow {
  std::string_view name;
  double seconds;
};
// Singular; a trailing `s` is taken off before.
constexpr std::array<UnitRow, 36> kUnits{{{"ns", 1e-9},
                                          {"nanosecond", 1e-9},
                                          {"us", 1e-6},
                                          {"µs", 1e-6},
                                          {"microsecond", 1e-6},
                                          {"ms", 1e-3},
                                          {"msec", 1e-3},
                                          {"milli", 1e-3},
                                          {"millisecond", 1e-3},
                                          {"s", 1},
                                          {"sec", 1},
                                          {"second", 1},
                                          {"m", kMinute},
                                          {"min", kMinute},
                                          {"mn", kMinute},
                                          {"minute", kMinute},
                                          {"h", kHour},
                                          {"hr", kHour},
                                          {"hour", kHour},
                                          {"d", kDay},
                                          {"day", kDay},
                                          {"bd", kDay},
                                          {"business day", kDay},
                                          {"working day", kDay},
                                          {"w", 7 * kDay},
                                          {"wk", 7 * kDay},
                                          {"week", 7 * kDay},
                                          {"mo", kYear / 12},
                                          {"mon", kYear / 12},
                                          {"mth", kYear / 12},
                                          {"month", kYear / 12},
                                          {"q", kYear / 4},
                                          {"quarter", kYear / 4},
                                          {"y", kYear},
                                          {"yr", kYear},
                                          {"year", kYear}}};

}  // namespace

std::optional<ServiceLevel> service_level(std::string_view property) {
  for (const LevelRow& row : kLevels)
    if (equal_but_for_case(property, row.synonym) || equal_but_for_case(property, row.name)) return row.level;
  return std::nullopt;
}

std::optional<std::string_view> nearest_service_level(std::string_view property) {
  std::array<std::string_view, kLevels.size()> names;
  std::ranges::transform(kLevels, names.begin(), &LevelRow::name);
  return nearest(property, names);
}

std::optional<double> seconds_of(std::string_view unit) {
  std::string wanted = to_lower(trim(unit));
  const auto find = [&] { return std::ranges::find(kUnits, std::string_view(wanted), &UnitRow::name); };
  auto row = find();
  if (row == kUnits.end() && wanted.ends_with('s')) {
    wanted.pop_back();
    row = find();
  }
  if (row == kUnits.end()) return std::nullopt;
  return row->seconds;
}

std::optional<std::string_view> nearest_unit(std::string_view unit) {
  constexpr std::array<std::string_view, 8> kLong{"milliseconds", "seconds", "minutes", "hours",
                                                  "days",         "weeks",   "months",  "years"};
  return nearest(unit, kLong);
}

}  // namespace mesh::rules
