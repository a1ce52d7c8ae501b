#include "core/base/memory.hpp"

#include <malloc.h>

namespace mesh {

void return_free_memory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

}  // namespace mesh
