#pragma once

#include "core/base/result.hpp"
#include "core/git/repository.hpp"
#include "core/workspace/workspace.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mesh::workspace {

struct Change {
  std::string key;                    // below the workspace's root
  std::optional<git::ObjectId> base;  // what the base has there; none: the file is new
  bool is_gone = false;               // the base has it, the work tree does not
};

// How the files of a workspace differ from a commit: those that may be manifests, and those that `is_wanted`
// takes besides. What git tracks or has staged is looked at, and the workspace's own files, whether tracked
// or not.
class Changes {
 public:
  using Wanted = std::function<bool(std::string_view key)>;

  // `tree`: the files below the workspace's root beside those of the base, as `repository` compared them.
  // Submodules are compared with the commit that the base has for them.
  static Result<Changes> since(git::Repository& repository, git::WorkTree tree, const Workspace& workspace,
                               const Wanted& is_wanted, unsigned jobs);

  const std::vector<Change>& all() const { return all_; }  // by key
  const Change* find(std::string_view key) const;          // nullptr: it is as it was, or was never looked at

  // What the base had there, whether it changed or not; none when it had nothing there.
  Result<std::optional<std::string>> base_bytes(std::string_view key) const;
  bool base_has(std::string_view key) const;

  // Calls visit(key) for every file below a folder that git tracks or the base has.
  void each_below(std::string_view folder, const std::function<void(std::string_view key)>& visit) const;

 private:
  // A repository and what of the workspace is its own.
  struct Part {
    std::string mount;  // the folder of the workspace it begins at; "" for the root
    std::string below;  // the same folder from the top of the repository
    git::Repository* repository = nullptr;
    std::unique_ptr<git::Repository> owned;  // of a submodule
    git::WorkTree tree;

    std::string key_of(std::string_view path) const;
    std::string path_of(std::string_view key) const;
  };
  Result<void> add_submodules(const Workspace& workspace);
  const Part* part_of(std::string_view key) const;
  const git::WorkTreeFile* tracked(std::string_view key) const;

  std::vector<Part> parts_;
  std::vector<Change> all_;
};

// The name says that it may be a manifest: `.yaml`, `.yml` or `.json`.
bool has_manifest_ending(std::string_view key);

}  // namespace mesh::workspace
