#include "core/workspace/scope.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/git/repository.hpp"
#include "core/workspace/lines.hpp"
#include "core/workspace/paths.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace mesh::workspace {
namespace {

struct Given {
  std::string written, path;  // path: absolute
  bool is_folder = false;
};

// Where a path leads. Of two ways to one file, a link and the file itself, it must not make two files.
std::string place_of(const std::string& here, const std::string& written) {
  std::error_code failed;
  const std::filesystem::path place = std::filesystem::canonical(written, failed);
  return failed ? absolute_path(here, written) : place.string();  // a pipe has no place
}

Result<std::vector<Given>> look_up(const std::vector<std::string>& paths, const std::string& here,
                                   Scope& scope) {
  std::vector<Given> given;
  for (const std::string& written : paths) {
    if (written == "-") {
      scope.standard_input = true;
      continue;
    }
    struct stat about {};
    if (::stat(written.c_str(), &about) != 0) {
      const std::string shown = "`" + printable(written) + "`";
      if (errno == ENOENT || errno == ENOTDIR) return fail(Fault::not_found, shown + " does not exist");
      return system_failure("cannot look at " + shown, errno);
    }
    given.push_back({written, place_of(here, written), S_ISDIR(about.st_mode)});
  }
  return given;
}

bool holds_mesh(const std::string& folder) {
  constexpr uint64_t kMost = 10u << 20;
  const std::string path = joined(folder, "mesh.yaml");
  if (!is_file(path)) return false;
  // One that cannot be read is still the root: the reason is reported when it is loaded.
  const auto text = read_file(path, kMost);
  return !text || !is_foreign(*text);
}

// The nearest folder upward with a mesh.yaml, no further than the top of the repository; "" when there is
// none.
std::string mesh_above(const std::string& start) {
  for (std::string folder = start;; folder = parent_of(folder)) {
    if (folder.empty()) folder = "/";
    if (holds_mesh(folder)) return folder;
    struct stat about {};
    if (folder == "/" || ::lstat(joined(folder, ".git").c_str(), &about) == 0) return {};
  }
}

std::string start_of(const Given& given) {
  if (given.is_folder) return given.path;
  const std::string folder(parent_of(given.path));
  return folder.empty() ? "/" : folder;
}

std::string told(const std::string& root, const std::string& here) {
  return root.empty() ? "no mesh" : "the mesh in `" + printable(relative_path(here, root)) + "`";
}

Result<void> find_root(const std::vector<Given>& given, const std::string& here, Scope& scope) {
  scope.root = mesh_above(given.empty() ? here : start_of(given.front()));
  scope.has_mesh = !scope.root.empty();
  for (const Given& other : given) {
    const std::string root = mesh_above(start_of(other));
    if (root == scope.root) continue;
    return fail(Fault::usage,
                "`" + printable(given.front().written) + "` belongs to " + told(scope.root, here) + ", `" +
                    printable(other.written) + "` to " + told(root, here),
                "check one mesh at a time");
  }
  if (scope.has_mesh) return {};
  scope.root = given.empty() ? here : start_of(given.front());
  for (const Given& other : given) scope.root = common_folder(scope.root, start_of(other));
  return {};
}

}  // namespace

Result<Scope> find_scope(const std::vector<std::string>& paths) {
  const auto current = current_folder();
  if (!current) return tl::unexpected(current.error());
  const std::string& here = *current;
  Scope scope;
  const auto given = look_up(paths, here, scope);
  if (!given) return tl::unexpected(given.error());
  if (auto found = find_root(*given, here, scope); !found) return pass(std::move(found));

  scope.everything = paths.empty();
  for (const Given& one : *given)
    (one.is_folder ? scope.folders : scope.files).push_back(key_below(scope.root, one.path));
  if (scope.everything && !scope.has_mesh) scope.folders.emplace_back();
  const bool only_input = given->empty() && scope.standard_input;
  scope.linked = (scope.has_mesh && !only_input) || !scope.folders.empty();
  scope.shown_root = relative_path(here, scope.root);
  if (const auto repository = git::repository_root(scope.root)) scope.git_root = *repository;
  return scope;
}

bool Scope::reports(std::string_view key) const {
  if (everything || key == kStandardInput) return true;
  return std::ranges::find(files, key) != files.end() ||
         std::ranges::any_of(folders, [&](const std::string& folder) { return is_within(key, folder); });
}

std::string Scope::shown(std::string_view key) const {
  if (key == kStandardInput) return std::string(key);
  if (shown_root == ".") return key.empty() ? "." : std::string(key);
  return key.empty() ? shown_root : joined(shown_root, key);
}

bool is_foreign(std::string_view text) {
  const auto version = top_level_value(text, "apiVersion");
  return version && version->find('/') != version->npos && !version->starts_with("mesh");
}

}  // namespace mesh::workspace
