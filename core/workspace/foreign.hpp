#pragma once

#include "core/workspace/workspace.hpp"

#include <string>
#include <string_view>
#include <unordered_map>

// Where the file part of a reference leads, as in `../shared/customers.odcs.yaml#schema/…`.
namespace mesh::workspace {

struct Foreign {
  enum class Led : uint8_t {
    to_file,  // one that was read
    unread,   // it is there, but what it holds is not known
    missing,
    outside,  // of the root of the mesh; without a mesh that is nothing to speak of
  } led = Led::missing;
  FileId file = kNoFile;  // to_file
  std::string key;        // of the file that was looked for; "" when outside
};

class ForeignFiles {
 public:
  explicit ForeignFiles(const Workspace& workspace);  // which must outlive it

  // A path is meant from the folder of its file; from the root where that leads to a file instead.
  Foreign find(FileId from, std::string_view path) const;

 private:
  const Workspace& workspace_;
  std::unordered_map<std::string_view, FileId> by_key_;
};

// Notes in `unread_files` which files that references lead to lie on the disk beside those that were read.
void look_for_foreign_files(Workspace& workspace);

}  // namespace mesh::workspace
