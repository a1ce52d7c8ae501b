#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mesh::rules {

// The service levels that the standard names (standards section 3), by name or two-letter synonym, ignoring
// case.
enum class ServiceLevel : uint8_t {
  availability,
  throughput,
  error_rate,
  general_availability,
  end_of_support,
  end_of_life,
  retention,
  frequency,
  latency,
  time_to_detect,
  time_to_notify,
  time_to_repair,
  time_of_availability
};
std::optional<ServiceLevel> service_level(std::string_view property);
std::optional<std::string_view> nearest_service_level(std::string_view property);

// Seconds of one unit: `d`, `day`, `days`, `Hours`, `ms` …; nothing when it is no unit of time. Months and
// years have a mean length.
std::optional<double> seconds_of(std::string_view unit);
std::optional<std::string_view> nearest_unit(std::string_view unit);

}  // namespace mesh::rules
