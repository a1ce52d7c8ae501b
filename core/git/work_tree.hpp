#pragma once

#include "core/git/index.hpp"
#include "core/git/objects.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mesh::git {

// What a commit has at a path.
struct BaseFile {
  uint32_t mode = 0;
  ObjectId id;
};

struct WorkTreeFile {
  std::string path;              // from the top of the repository, with `/`
  std::optional<BaseFile> base;  // none: the commit does not have it
  bool is_tracked = false;
  uint32_t staged_mode = 0;  // what the index holds, if it is tracked
  ObjectId staged;
  std::optional<FileNote> note;
  bool is_left_out = false;
};

enum class FileState : uint8_t {
  same,     // as the commit has it
  changed,  // other content, or new
  gone,     // the commit has it, the work tree does not
  absent,   // neither has it
};

// The files below a folder of a work tree beside those of a commit. The index tells most of what is equal
// without a look at any file or tree.
class WorkTree {
 public:
  // `tree`: of the commit; none: an empty one. `head_tree`: what stands in for an index that cannot be used.
  // `below`: the folder from the top of the repository, "" for all of it.
  static Result<WorkTree> compare(Objects& objects, const Layout& layout, const ObjectId& tree,
                                  const ObjectId& head_tree, const std::string& below);

  // All that the index or the commit has below the folder, in byte order of the paths.
  const std::vector<WorkTreeFile>& files() const { return files_; }
  const WorkTreeFile* find(std::string_view path) const;

  // From any thread. Line ends that were converted on the way out of the repository do not count.
  FileState state_of(const WorkTreeFile& file) const;

 private:
  std::string root_;
  uint8_t id_size_ = kSha1Size;
  std::vector<WorkTreeFile> files_;
};

}  // namespace mesh::git
