#include "core/base/jitter.hpp"

#include <cstdint>
#include <random>

namespace mesh {

std::chrono::milliseconds jittered(std::chrono::milliseconds most) {
  thread_local std::minstd_rand random{std::random_device{}()};
  return std::chrono::milliseconds(std::uniform_int_distribution<int64_t>(0, most.count())(random));
}

}  // namespace mesh
