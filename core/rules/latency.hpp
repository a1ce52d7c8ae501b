#pragma once

#include "core/model/facts.hpp"

#include <optional>
#include <string>

namespace mesh::rules {

// What an entry of `slaProperties` promises of the latency, in seconds: "15" and unit "m", or "500ms".
// Nothing when it is about something else, or its value or unit is none we know.
std::optional<double> latency_of(const model::Sla& sla);

// "15 m", as it is written.
std::string written(const model::Sla& sla);

}  // namespace mesh::rules
