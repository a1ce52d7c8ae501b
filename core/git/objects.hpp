#pragma once

#include "core/git/layout.hpp"
#include "core/git/pack.hpp"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace mesh::git {

// What one run may cost, whatever a repository holds.
struct Limits {
  uint64_t object = 64u << 20;         // bytes of one object
  uint64_t work = uint64_t(16) << 30;  // bytes unpacked in total
  size_t chain = 10'000;               // deltas upon deltas; git makes 4,095 at most
};

// The objects of a repository: loose ones, packs, and those of the repositories it borrows from. One thread
// at a time. Every object that is given out has the digest that it is called by.
class Objects {
 public:
  // usage: the repository keeps its objects in a way that is not read here.
  static Result<Objects> open(const Layout& layout, const Limits& limits = {});

  uint8_t id_size() const { return id_size_; }
  bool is_partial() const { return is_partial_; }  // a clone that leaves objects out until they are needed

  // not_found: it is not there. corrupt: it, or what it is made from, is broken or past a limit.
  Result<Object> read(const ObjectId& id);
  Result<Object> read(const ObjectId& id, ObjectType type);
  bool has(const ObjectId& id);

  // At most `most` objects whose id starts with these hex digits (at least four).
  std::vector<ObjectId> starting_with(std::string_view hex, size_t most);

 private:
  Objects() = default;
  Result<void> add_folder(std::string folder);
  Result<std::optional<Object>> read_loose(const ObjectId& id);
  Result<std::optional<Object>> read_packed(const ObjectId& id);
  Result<Object> read_at(Pack& pack, uint64_t offset);
  Result<void> spend(uint64_t bytes);
  struct Found {
    Pack* pack;
    uint64_t offset;
  };
  Result<std::optional<Found>> find(const ObjectId& id);

  Limits limits_;
  uint64_t spent_ = 0;
  uint8_t id_size_ = kSha1Size;
  bool is_partial_ = false;
  std::vector<std::string> folders_;  // `objects` of this repository, then what it borrows from
  std::deque<Pack> packs_;
  size_t last_ = 0;  // the pack that had the last object: the next is likely there, too
  Inflater inflater_;
};

}  // namespace mesh::git
