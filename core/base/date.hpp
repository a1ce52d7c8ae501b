#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mesh {

// A day of the Gregorian calendar, counted from 1970-01-01; the days of the tool are those of UTC.
struct Day {
  int32_t number = 0;
  auto operator<=>(const Day&) const = default;
};

// 2026-12-31 and nothing else: four, two and two digits of a day that exists.
std::optional<Day> parse_day(std::string_view text);

std::string to_string(Day day);

// The same day of the next year; after a 29th of February the 1st of March.
Day a_year_after(Day day);

// The day of a moment, in seconds since 1970.
Day day_of(int64_t seconds);

}  // namespace mesh
