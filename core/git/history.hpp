#pragma once

#include "core/git/objects.hpp"

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace mesh::git {

// The commits of a repository and how they descend from each other.
class History {
 public:
  // `shallow`: commits whose parents this clone was not given.
  History(Objects& objects, std::unordered_set<ObjectId> shallow)
      : objects_(objects), shallow_(std::move(shallow)) {}

  // Without the parents that a shallow clone lacks.
  Result<const Commit*> commit(const ObjectId& id);

  // The best common ancestors: those that no other common ancestor descends from, the newest first. None when
  // there is none in what this clone has.
  Result<std::vector<ObjectId>> merge_bases(const ObjectId& one, const ObjectId& two);

  bool is_cut(const ObjectId& id) const { return shallow_.contains(id); }
  bool is_shallow() const { return !shallow_.empty(); }
  bool was_cut() const { return was_cut_; }  // a walk has come to where a shallow clone ends

 private:
  struct Mark {
    uint8_t flags = 0;
    uint32_t queued = 0;
  };
  using Marks = std::unordered_map<ObjectId, Mark>;
  // Paints the ancestors of both sides until nothing but common ancestors of found ones is left.
  Result<std::vector<ObjectId>> paint(const ObjectId& one, const std::vector<ObjectId>& others, Marks& marks);
  Result<void> drop_ancestors_of_others(std::vector<ObjectId>& bases);

  Objects& objects_;
  std::unordered_set<ObjectId> shallow_;
  std::unordered_map<ObjectId, Commit> commits_;
  bool was_cut_ = false;
};

// The ids in the file `shallow` of a repository.
std::unordered_set<ObjectId> shallow_commits(const Layout& layout);

}  // namespace mesh::git
