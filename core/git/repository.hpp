#pragma once

#include "core/base/result.hpp"
#include "core/git/history.hpp"
#include "core/git/refs.hpp"
#include "core/git/work_tree.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the files of a git repository say, read without a git program and without a checkout. Nothing in them
// is trusted: a malformed ref counts as absent, a malformed object is an error.
namespace mesh::git {

// The top folder of the work tree that holds `folder`, absolute. Work trees and submodules, whose `.git` is a
// file, count.
std::optional<std::string> repository_root(const std::string& folder);

// The commit that is checked out there, 40 or 64 lower-case hex digits; none before the first commit.
std::optional<std::string> head_revision(const std::string& folder);

// One thread at a time.
class Repository {
 public:
  // usage: `folder` is in no repository, or in one that is kept in a way that is not read here.
  static Result<Repository> open(const std::string& folder);

  const std::string& root() const { return layout_.root; }
  const Refs& refs() const { return refs_; }

  std::optional<ObjectId> head() const { return refs_.read("HEAD"); }
  bool is_shallow() const { return history_->is_shallow(); }

  // The commit that a revision names: a branch, a tag, `origin/main`, an id or its start, `HEAD`,
  // `@{upstream}`, each with `~3`, `^`, `^2` after it; `A...B` is their merge base. usage: there is none of
  // that name. not_found: it is beyond what a shallow clone has.
  Result<ObjectId> commit_named(std::string_view revision);

  // The parents of a commit that this clone has.
  Result<std::vector<ObjectId>> parents_of(const ObjectId& commit);

  // The best common ancestor, of several the newest. not_found: there is none, or a shallow clone ends before
  // it.
  Result<ObjectId> merge_base(const ObjectId& one, const ObjectId& two, std::string_view names);

  Result<ObjectId> tree_of(const ObjectId& commit);

  // The files below a folder of the work tree (from the top of the repository, "" for all) beside a commit's.
  // Without a commit, everything is new.
  Result<WorkTree> compare(const std::optional<ObjectId>& commit, const std::string& below);

  Result<std::string> blob(const ObjectId& id);

 private:
  Repository(Layout layout, Objects objects);
  // Tells why something is not there, if the clone was made without it.
  Error explained(Error error) const;
  Result<ObjectId> resolve_base(std::string_view name);
  Result<ObjectId> upstream_of(std::string_view branch);
  Result<ObjectId> apply_suffixes(ObjectId commit, std::string_view suffixes, std::string_view revision);
  Result<ObjectId> peel(ObjectId id, std::string_view revision);
  Result<ObjectId> parent(const ObjectId& commit, size_t number, std::string_view revision);
  Error unknown(std::string_view name) const;

  Layout layout_;
  Refs refs_;
  std::unique_ptr<Objects> objects_;
  std::unique_ptr<History> history_;
};

// How to mend a clone that lacks history; a sentence for help texts.
extern const char* const kHowToDeepen;

}  // namespace mesh::git
