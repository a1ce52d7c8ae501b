#include "core/workspace/scope.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/git/repository.hpp"
#include "core/workspace/lines.hpp"
#include "core/workspace/paths.hpp"
#include "core/workspace/reading.hpp"
#include "core/workspace/workspace.hpp"

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

// The file that standard input stands for; it need not exist yet.
Result<Given> look_up_input(const std::string& name, const std::string& here) {
  struct stat about {};
  const bool is_folder = ::stat(name.c_str(), &about) == 0 && S_ISDIR(about.st_mode);
  if (name.empty() || name.ends_with('/') || is_folder)
    return fail(Fault::usage, "`--stdin-filename` takes the name of a file, not `" + printable(name) + "`");
  std::error_code failed;
  const std::filesystem::path place = std::filesystem::weakly_canonical(absolute_path(here, name), failed);
  return Given{name, failed ? absolute_path(here, name) : place.string()};
}

Result<std::vector<Given>> look_up(const Options& options, const std::string& here, Scope& scope) {
  std::vector<Given> given;
  for (const std::string& written : options.paths) {
    if (written == "-") {
      if (scope.input) continue;
      scope.input = Input{std::string(kStandardInput), {}};
      if (!options.stdin_name) continue;
      auto input = look_up_input(*options.stdin_name, here);
      if (!input) return pass(std::move(input));
      scope.input->key = input->path;  // below the root once that is known
      given.push_back(std::move(*input));
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
  if (options.stdin_name && !scope.input)
    return fail(Fault::usage, "`--stdin-filename` says what standard input stands for, but it is not read",
                "add `-` to the paths");
  return given;
}

bool holds_mesh(const std::string& folder, const std::optional<Input>& input) {
  constexpr uint64_t kMost = 10u << 20;
  const std::string path = joined(folder, "mesh.yaml");
  if (input && input->key == path) return !is_foreign(input->text);
  if (!is_file(path)) return false;
  // One that cannot be read is still the root: the reason is reported when it is loaded.
  const auto text = read_file(path, kMost);
  return !text || !is_foreign(*text);
}

// The nearest folder upward with a mesh.yaml, no further than the top of the repository; "" when there is
// none.
std::string mesh_above(const std::string& start, const std::optional<Input>& input) {
  for (std::string folder = start;; folder = parent_of(folder)) {
    if (folder.empty()) folder = "/";
    if (holds_mesh(folder, input)) return folder;
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
  scope.root = mesh_above(given.empty() ? here : start_of(given.front()), scope.input);
  scope.has_mesh = !scope.root.empty();
  for (const Given& other : given) {
    const std::string root = mesh_above(start_of(other), scope.input);
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

Result<Scope> find_scope(const Options& options, Input::Reading reading) {
  const auto current = current_folder();
  if (!current) return tl::unexpected(current.error());
  const std::string& here = *current;
  Scope scope;
  scope.here = here;
  const auto given = look_up(options, here, scope);
  if (!given) return tl::unexpected(given.error());
  // Where texts are given, it has been read before.
  if (scope.input && !options.texts && reading == Input::Reading::yes)
    read_standard_input(*scope.input, options.limits.bytes);
  if (auto found = find_root(*given, here, scope); !found) return pass(std::move(found));

  scope.everything = options.paths.empty();
  for (const Given& one : *given)
    (one.is_folder ? scope.folders : scope.files).push_back(key_below(scope.root, one.path));
  if (scope.everything && !scope.has_mesh) scope.folders.emplace_back();
  const bool only_input = given->empty() && scope.input;
  if (scope.input && options.stdin_name) scope.input->key = key_below(scope.root, scope.input->key);
  scope.linked = (scope.has_mesh && !only_input) || !scope.folders.empty();
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
  if (here == root) return key.empty() ? "." : std::string(key);
  const std::string path = key.empty() ? root : joined(root, key);
  return is_within(root, here) ? key_below(here, path) : relative_path(here, path);
}

bool is_foreign(std::string_view text) {
  const auto version = top_level_value(text, "apiVersion");
  return version && version->find('/') != version->npos && !version->starts_with("mesh");
}

}  // namespace mesh::workspace
