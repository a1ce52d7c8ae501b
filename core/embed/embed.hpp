#pragma once

#include <optional>
#include <string_view>
#include <vector>

// Files of the repository that live in the binary: schemas, rule pages, templates, help texts.
namespace mesh::embed {

struct File {
  std::string_view path;  // from the repository's root, with `/`
  std::string_view bytes;
};

std::optional<std::string_view> find(std::string_view path);

// All files whose path starts with `prefix`, in byte order of their paths.
std::vector<File> below(std::string_view prefix);

}  // namespace mesh::embed
