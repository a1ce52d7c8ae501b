#pragma once

#include "core/git/formats.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mesh::git {

// What git noted of a file when it last saw that it holds what the index says. Equal notes, equal content.
struct FileNote {
  uint32_t changed_s = 0, changed_ns = 0, modified_s = 0, modified_ns = 0, inode = 0, size = 0;
  bool operator==(const FileNote&) const = default;
};

struct IndexEntry {
  std::string path;
  uint32_t mode = 0;
  ObjectId id;
  std::optional<FileNote> note;  // none where it cannot be relied on
  bool is_left_out = false;      // of a sparse work tree: that the file is absent means nothing
};

// The file `index` of a work tree, versions 2 to 4: one entry for each path, in byte order of the paths; of a
// path in conflict our side. corrupt: it is broken; usage: it is split, and the rest of it elsewhere.
Result<std::vector<IndexEntry>> parse_index(std::string_view bytes, uint8_t id_size);

}  // namespace mesh::git
