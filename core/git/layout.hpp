#pragma once

#include "core/git/object_id.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Where the parts of a repository are, and its small files. For the files of this room.
namespace mesh::git {

struct Layout {
  std::string root;    // of the work tree
  std::string own;     // HEAD, the index and some refs of this work tree
  std::string common;  // objects and the refs of all work trees
};

// The repository whose work tree holds `folder`.
std::optional<Layout> find_layout(const std::string& folder);

// "<folder>/<path>", or the path itself when it is absolute.
std::string from(const std::string& folder, std::string_view path);

// A regular file of at most `limit` bytes: a pipe would stop us for ever.
std::optional<std::string> content(const std::string& path, uint64_t limit);

inline constexpr uint64_t kSmallFile = 4096;  // HEAD, a ref, a pointer to another folder

// The repository's own configuration by lower-case key, `branch.<name>.merge` with the name as written. What
// it includes is not read.
class Config {
 public:
  explicit Config(std::string_view text);
  std::string_view value(const std::string& key) const;  // the last one; "" when absent
  bool is_true(const std::string& key) const;
  bool any_true(std::string_view section, std::string_view name) const;  // `remote.<any>.promisor`

 private:
  std::map<std::string, std::string> values_;
};
Config config_of(const Layout& layout);

}  // namespace mesh::git
