#include "core/base/pieces.hpp"

namespace mesh {

std::string Pieces::all() const {
  std::string text;
  text.reserve(size_);
  for (size_t i = 0; i < count_; ++i) text += piece_(i);
  return text;
}

bool Pieces::is(std::string_view text) const {
  if (text.size() != size_) return false;
  for (size_t i = 0; i < count_; ++i) {
    const std::string piece = piece_(i);
    if (!text.starts_with(piece)) return false;
    text.remove_prefix(piece.size());
  }
  return text.empty();
}

size_t PiecesReader::read(char* room, size_t most) {
  size_t given = 0;
  while (given < most) {
    if (at_ == piece_.size()) {
      if (next_ == pieces_.count()) break;
      piece_ = pieces_.piece(next_++);
      at_ = 0;
    }
    const size_t copied = piece_.copy(room + given, most - given, at_);
    at_ += copied;
    given += copied;
  }
  return given;
}

void PiecesReader::rewind() {
  next_ = at_ = 0;
  piece_.clear();
}

}  // namespace mesh
