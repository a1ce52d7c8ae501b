#pragma once

#include "core/base/result.hpp"
#include "core/git/object_id.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What the bytes of objects and packs mean. Nothing here is trusted, and nothing here opens a file. Errors
// are `corrupt` and do not name the object: callers do.
namespace mesh::git {

struct Object {
  ObjectType type = ObjectType::blob;
  std::string bytes;
};

struct Commit {
  ObjectId tree;
  std::vector<ObjectId> parents;
  int64_t date = 0;  // the committer's, seconds since 1970; 0 when it cannot be read
};
Result<Commit> parse_commit(std::string_view bytes, uint8_t id_size);

// What an annotated tag names.
Result<ObjectId> parse_tag(std::string_view bytes, uint8_t id_size);

inline constexpr uint32_t kFolderMode = 0040000, kFileMode = 0100644, kLinkMode = 0120000,
                          kGitlinkMode = 0160000;

struct TreeEntry {
  uint32_t mode = 0;
  std::string name;  // one part of a path: never empty, `.`, `..` or with a `/`
  ObjectId id;

  bool is_folder() const { return (mode & 0170000) == kFolderMode; }
};
Result<std::vector<TreeEntry>> parse_tree(std::string_view bytes, uint8_t id_size);

// "blob 12\0" at the start of a loose object. `length`: of the head itself.
struct LooseHead {
  ObjectType type = ObjectType::blob;
  uint64_t size = 0;
  size_t length = 0;
};
Result<LooseHead> parse_loose_head(std::string_view bytes);

// The head of an entry of a pack.
struct PackedHead {
  enum class Kind : uint8_t { commit = 1, tree = 2, blob = 3, tag = 4, offset_delta = 6, id_delta = 7 };
  Kind kind = Kind::blob;
  uint64_t size = 0;      // unpacked
  uint64_t distance = 0;  // offset_delta: the base stands so many bytes before this entry
  ObjectId base;          // id_delta
  size_t length = 0;      // of the head itself

  bool is_delta() const { return kind == Kind::offset_delta || kind == Kind::id_delta; }
};
Result<PackedHead> parse_packed_head(std::string_view bytes, uint8_t id_size);
inline constexpr size_t kLongestPackedHead = 64;

// The object that a delta makes of its base, of at most `most` bytes.
Result<std::string> apply_delta(std::string_view base, std::string_view delta, uint64_t most);

// Big-endian numbers of packs, their indexes and the index of the work tree.
uint32_t read_u32(const char* at);
uint64_t read_u64(const char* at);

}  // namespace mesh::git
