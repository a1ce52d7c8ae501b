#include "core/base/slab.hpp"

#include <algorithm>
#include <cstdint>

namespace mesh {
namespace {

constexpr size_t kFirst = 64u << 10, kMost = 1u << 20;  // bytes of a piece

struct Current {
  std::shared_ptr<char[]> piece;
  char* free = nullptr;
  size_t left = 0;
  size_t next = kFirst;
};
thread_local Current current;

std::shared_ptr<char[]> make_piece(size_t bytes) { return std::make_shared_for_overwrite<char[]>(bytes); }

size_t padding(const char* at, size_t alignment) {
  const size_t past = reinterpret_cast<uintptr_t>(at) % alignment;
  return past == 0 ? 0 : alignment - past;
}

}  // namespace

char* Slab::take(size_t head, size_t bytes, size_t alignment) {
  const size_t most = head + bytes + alignment;
  if (most > kFirst) {
    char* const begin = held_.emplace_back(make_piece(most)).get() + head;
    return begin + padding(begin, alignment);
  }
  if (most > current.left) {
    current.piece = make_piece(current.next);
    current.free = current.piece.get();
    current.left = current.next;
    current.next = std::min(current.next * 2, kMost);
  }
  if (held_.empty() || held_.back() != current.piece) held_.push_back(current.piece);
  const size_t before = head + padding(current.free + head, alignment);
  char* const taken = current.free + before;
  current.free = taken + bytes;
  current.left -= before + bytes;
  return taken;
}

}  // namespace mesh
