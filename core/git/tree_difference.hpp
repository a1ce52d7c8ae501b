#pragma once

#include "core/git/index.hpp"
#include "core/git/objects.hpp"
#include "core/git/work_tree.hpp"

#include <optional>
#include <string>
#include <vector>

// Trees of files, as commits hold them and as an index implies them. For the files of this room.
namespace mesh::git {

struct PathEntry {
  std::string path;
  uint32_t mode = 0;
  ObjectId id;
};

// All files of a tree, links and submodules too, each path below `folder`; in byte order.
Result<std::vector<PathEntry>> list_files(Objects& objects, const ObjectId& tree, const std::string& folder);

// The tree of the folder `path` in a tree; `tree` itself for "". None when it is absent or no folder.
Result<std::optional<ObjectId>> folder_of(Objects& objects, const ObjectId& tree, const std::string& path);

struct Difference {
  std::string path;
  std::optional<BaseFile> base;  // none: only the index has it
};

// Where the index entries (sorted, all below `folder`) differ from the tree that the commit has there; in
// byte order. Folders that are equal are not opened.
Result<std::vector<Difference>> differences_of(Objects& objects, const std::vector<IndexEntry>& entries,
                                               const std::optional<ObjectId>& tree,
                                               const std::string& folder);

}  // namespace mesh::git
