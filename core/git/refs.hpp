#pragma once

#include "core/git/layout.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Names of commits. For the files of this room.
namespace mesh::git {

class Refs {
 public:
  explicit Refs(Layout layout) : layout_(std::move(layout)) {}

  // What `HEAD`, `refs/heads/main` or another ref names, through refs that name refs. None when it is absent
  // or malformed.
  std::optional<ObjectId> read(std::string_view ref) const;

  // The ref that HEAD stands for, "refs/heads/main"; none when it is detached.
  std::optional<std::string> head_ref() const { return symbolic("HEAD"); }
  // The ref that another one stands for.
  std::optional<std::string> symbolic(std::string_view ref) const;

  // What a user may have meant by a name: "main" is refs/heads/main, "origin/main" refs/remotes/origin/main.
  std::optional<ObjectId> find(std::string_view name) const;

  // Names as users write them, of at most `most` refs: "main", "origin/main", "v1.0".
  std::vector<std::string> short_names(size_t most) const;

 private:
  std::optional<std::string> text_of(std::string_view ref) const;
  std::optional<ObjectId> packed(std::string_view ref) const;
  const std::string& packed_text() const;

  Layout layout_;
  mutable std::optional<std::string> packed_;
};

}  // namespace mesh::git
