#include "core/base/parallel.hpp"

#include <sched.h>

namespace mesh {

unsigned core_count() {
  // The cores this process may run on: a container's limit counts, not the machine's.
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return std::max(1u, std::thread::hardware_concurrency());
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&allowed)));
}

}  // namespace mesh
