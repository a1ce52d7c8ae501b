#pragma once

namespace mesh::embed {

// One embedded file as the build lays it down: path from the repository's root, first byte, one past the last.
struct Row {
  const char* path;
  const char* begin;
  const char* end;
};
extern const Row* const kTable;  // sorted by path
extern const unsigned kCount;

}  // namespace mesh::embed
