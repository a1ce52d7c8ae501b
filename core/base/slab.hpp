#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace mesh {

// Memory for what is made by the million and dies with its owner. Each thread cuts it from large pieces, one
// owner's beside another's; a piece goes when the last owner of something in it is gone. Cheaper than an
// allocation each, and kind to the tables of the processor.
class Slab {
 public:
  // So many bytes behind a head of at least `head` bytes, aligned; they are not initialised.
  char* take(size_t head, size_t bytes, size_t alignment);

 private:
  std::vector<std::shared_ptr<char[]>> held_;  // what the owner has something in; nearly always one
};

}  // namespace mesh
