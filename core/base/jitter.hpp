#pragma once

#include <chrono>

namespace mesh {

// A wait of any length up to that, all alike ("full jitter"): of many who lost at the same moment, few come
// back together.
std::chrono::milliseconds jittered(std::chrono::milliseconds most);

}  // namespace mesh
