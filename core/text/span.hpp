#pragma once

#include <cstdint>

namespace mesh {

// Bytes [begin, end) of one file. 32 bits: a file has at most 4 GiB, and the model keeps millions of these.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool operator==(const Span&) const = default;
};

// Index of a file in the run's list of files.
using FileId = uint32_t;
inline constexpr FileId kNoFile = UINT32_MAX;

struct Place {
  FileId file = kNoFile;
  Span span;
  bool operator==(const Place&) const = default;
};

}  // namespace mesh
