#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mesh::rules {

// A day, or a moment in UTC.
struct Moment {
  int64_t day = 0;      // since 1970-01-01
  int64_t second = -1;  // of the day; -1: the day as a whole

  // Whether it is surely earlier: a day is not before a moment in it.
  bool is_before(const Moment& other) const;
};

// ISO 8601: `2024-05-01`, `2024-05-01T09:30`, with seconds, a fraction, `Z` or an offset; a space for the
// `T`. Nothing for everything else, dates that do not exist included.
std::optional<Moment> parse_moment(std::string_view text);

}  // namespace mesh::rules
