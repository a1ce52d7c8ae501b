#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mesh {

// A text of many megabytes, made piece by piece each time it is read, so that never all of it is in memory.
class Pieces {
 public:
  // `piece` makes that of a number below `count`, the same each time, from any one thread; `size` is that of
  // all of them together.
  Pieces(size_t count, uint64_t size, std::function<std::string(size_t)> piece)
      : count_(count), size_(size), piece_(std::move(piece)) {}

  size_t count() const { return count_; }
  uint64_t size() const { return size_; }
  std::string piece(size_t number) const { return piece_(number); }
  std::string all() const;
  bool is(std::string_view text) const;

 private:
  size_t count_;
  uint64_t size_;
  std::function<std::string(size_t)> piece_;
};

// Reads them as a stream.
class PiecesReader {
 public:
  explicit PiecesReader(const Pieces& pieces) : pieces_(pieces) {}

  // So many bytes into `room`, or what is left; how many.
  size_t read(char* room, size_t most);
  void rewind();

 private:
  const Pieces& pieces_;
  size_t next_ = 0;
  std::string piece_;
  size_t at_ = 0;
};

}  // namespace mesh
