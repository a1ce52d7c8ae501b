#include "core/workspace/paths.hpp"

#include "core/base/files.hpp"

#include <filesystem>

namespace mesh::workspace {

namespace fs = std::filesystem;

Result<std::string> current_folder() {
  std::error_code failed;
  const fs::path here = fs::current_path(failed);
  if (failed) return system_failure("cannot find the current folder", failed.value());
  return here.string();
}

std::string absolute_path(const std::string& from, std::string_view path) {
  std::string normal = (fs::path(from) / path).lexically_normal().string();
  while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  return normal;
}

std::string relative_path(const std::string& from, const std::string& to) {
  return fs::path(to).lexically_relative(from).string();
}

bool is_within(std::string_view path, std::string_view folder) {
  if (folder.empty() || folder == "/") return true;
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

std::string common_folder(const std::string& a, const std::string& b) {
  std::string_view folder = a;
  while (!is_within(b, folder)) folder = parent_of(folder);
  return folder.empty() ? "/" : std::string(folder);
}

std::string key_below(const std::string& root, const std::string& path) {
  if (path.size() <= root.size()) return {};
  return path.substr(root == "/" ? 1 : root.size() + 1);
}

std::string joined(std::string_view folder, std::string_view name) {
  if (folder.empty()) return std::string(name);
  std::string path(folder);
  if (!path.ends_with('/')) path += '/';
  return path += name;
}

std::string_view parent_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == path.npos ? std::string_view() : path.substr(0, slash);
}

}  // namespace mesh::workspace
