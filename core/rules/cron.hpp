#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mesh::rules {

// Why a text is no schedule of cron; nothing when it is one. Five fields, or six with seconds (or, as Quartz
// and cloud schedulers write it, a year) and then seven; names of months and days, steps, ranges, lists, `?`,
// `L`, `W`,
// `#`, `H`; `@daily` and its like; in `cron(…)` or not.
std::optional<std::string> cron_fault(std::string_view schedule);

}  // namespace mesh::rules
