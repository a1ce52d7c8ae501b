#include "core/base/packed.hpp"

#include <zlib.h>

#include <new>

namespace mesh {

Packed::Packed(std::string_view text) : size_(text.size()) {
  if (text.empty()) return;
  std::string room(compressBound(text.size()), '\0');
  uLongf packed = room.size();
  // All that can be missing is memory.
  if (compress2(reinterpret_cast<Bytef*>(room.data()), &packed, reinterpret_cast<const Bytef*>(text.data()),
                text.size(), Z_BEST_SPEED) != Z_OK)
    throw std::bad_alloc();
  bytes_.assign(room, 0, packed);
}

std::string Packed::text() const {
  std::string text(size_, '\0');
  if (text.empty()) return text;
  uLongf unpacked = text.size();
  if (uncompress(reinterpret_cast<Bytef*>(text.data()), &unpacked,
                 reinterpret_cast<const Bytef*>(bytes_.data()), bytes_.size()) != Z_OK)
    throw std::bad_alloc();
  return text;
}

}  // namespace mesh
