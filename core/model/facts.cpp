#include "core/model/facts.hpp"

#include <algorithm>

namespace mesh::model {

Text Pool::keep(std::string_view text, Span at) {
  char* const kept = room_for(text.size(), text.size(), 1);
  std::memcpy(kept, text.data(), text.size());
  return {kept, at};
}

char* Pool::add_block(size_t bytes) {
  constexpr size_t kUsual = 8;
  if (blocks_.empty()) blocks_.reserve(kUsual);
  return blocks_.emplace_back(std::make_unique_for_overwrite<char[]>(bytes)).get();
}

char* Pool::room_for(size_t count, size_t bytes, size_t alignment) {
  constexpr size_t kBlock = 256;
  const auto number = static_cast<uint32_t>(count);
  char* room;
  if (kHead + bytes > kBlock) {
    room = add_block(kHead + bytes) + kHead;
  } else {
    const size_t unaligned = (reinterpret_cast<uintptr_t>(free_) + sizeof number) % alignment;
    size_t head = sizeof number + (unaligned == 0 ? 0 : alignment - unaligned);
    if (left_ < head + bytes) {
      free_ = add_block(kBlock);
      left_ = kBlock;
      head = kHead;
    }
    room = free_ + head;
    free_ = room + bytes;
    left_ -= head + bytes;
  }
  std::memcpy(room - sizeof number, &number, sizeof number);
  return room;
}

Text Server::field(std::string_view key) const {
  const auto found = std::ranges::find(fields, key, &Field::key);
  return found == fields.end() ? Text{} : found->value;
}

}  // namespace mesh::model
