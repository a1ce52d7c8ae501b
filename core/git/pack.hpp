#pragma once

#include "core/git/block_file.hpp"
#include "core/git/formats.hpp"
#include "core/git/inflate.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mesh::git {

// One pack and its index (version 2 of both). Whatever the files hold, every call ends, in bounded memory.
class Pack {
 public:
  // `stem`: the path without `.idx` and `.pack`.
  static Result<Pack> open(const std::string& stem, uint8_t id_size);

  const std::string& path() const { return path_; }  // of the pack

  // Where an object stands in the pack; nothing when it is not there.
  Result<std::optional<uint64_t>> find(const ObjectId& id);

  // At most `most` ids of those that start with these hex digits (lower case, at least two).
  std::vector<ObjectId> starting_with(std::string_view hex, size_t most);

  Result<PackedHead> head_at(uint64_t offset);
  // The unpacked bytes after the head: an object, or a delta.
  Result<std::string> bytes_at(uint64_t offset, const PackedHead& head, uint64_t most);

 private:
  Pack(std::string path, BlockFile index, BlockFile pack, uint8_t id_size)
      : path_(std::move(path)), index_(std::move(index)), pack_(std::move(pack)), id_size_(id_size) {}
  Result<void> check();
  tl::unexpected<Error> broken_index() const;
  std::optional<ObjectId> id_at(uint32_t position);
  // The first position in [from, to) whose id is not less, `to` if there is none; nothing when unreadable.
  std::optional<uint32_t> lower_bound(std::string_view raw, uint32_t from, uint32_t to);
  Result<uint64_t> offset_of(uint32_t position);

  std::string path_;
  BlockFile index_, pack_;
  uint8_t id_size_ = kSha1Size;
  uint32_t count_ = 0;
  std::vector<uint32_t> fanout_;  // 257: how many ids have a first byte less than this
  Inflater inflater_;
};

}  // namespace mesh::git
