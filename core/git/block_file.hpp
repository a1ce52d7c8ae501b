#pragma once

#include "core/base/descriptor.hpp"
#include "core/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mesh::git {

// A large file that is read in places. What was read lately is kept. It is not mapped into memory: a file
// that shrinks meanwhile is an error, not a signal.
class BlockFile {
 public:
  static Result<BlockFile> open(const std::string& path);

  uint64_t size() const { return size_; }
  // Exactly these bytes; false when the file does not have them.
  bool read(uint64_t offset, char* to, size_t count);
  // Some bytes from there on, at least one before the end; good until the next call. Empty at the end or when
  // they cannot be read.
  std::string_view some(uint64_t offset);

 private:
  BlockFile(Descriptor fd, uint64_t size) : fd_(std::move(fd)), size_(size) {}

  Descriptor fd_;
  uint64_t size_ = 0;
  std::unordered_map<uint64_t, std::string> blocks_;
};

}  // namespace mesh::git
