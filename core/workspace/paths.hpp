#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

// Paths as text: `/` between parts, nothing looked up. Absolute ones have neither `.` nor `..` in them.
namespace mesh::workspace {

Result<std::string> current_folder();

// The absolute path that `path` means from the folder `from`.
std::string absolute_path(const std::string& from, std::string_view path);

// The way from one absolute folder to an absolute path; "." for the same.
std::string relative_path(const std::string& from, const std::string& to);

// Whether `path` is `folder` or below it; both absolute, or both keys ("" is the root).
bool is_within(std::string_view path, std::string_view folder);

// The deepest folder that holds both; absolute.
std::string common_folder(const std::string& a, const std::string& b);

// The key below `root` of an absolute path within it; "" for the root.
std::string key_below(const std::string& root, const std::string& path);

// "a/b" + "c" = "a/b/c"; nothing is put before the first part.
std::string joined(std::string_view folder, std::string_view name);

// The folder of a path or key; "" when it has none.
std::string_view parent_of(std::string_view path);

}  // namespace mesh::workspace
