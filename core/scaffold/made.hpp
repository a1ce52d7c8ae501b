#pragma once

#include "core/base/folder.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mesh::scaffold {

// What went missing while it was being written to is no missing input: somebody changes the disk under our
// hands.
tl::unexpected<Error> as_disk_failure(Error error);

// Creates files and folders below one folder and takes them back in reverse, unless they are kept.
class Made {
 public:
  explicit Made(const Folder& base) : base_(base) {}
  ~Made();
  Made(const Made&) = delete;
  Made& operator=(const Made&) = delete;

  // A new file, whole and durable, and the folders on its way. exists when something is there.
  Result<void> file(const std::string& path, std::string_view bytes);

  // A new empty folder under a hidden name beside where `path` will be: its path.
  Result<std::string> sibling(const std::string& path);

  // Moves a folder made here to its place, durably. exists when there is more than an empty folder.
  Result<void> rename(const std::string& from, const std::string& to);

  void keep() { made_.clear(); }

 private:
  Result<Folder> folder(std::string_view path);

  struct Item {
    std::string path;
    bool is_folder;
  };
  const Folder& base_;
  std::vector<Item> made_;
};

}  // namespace mesh::scaffold
