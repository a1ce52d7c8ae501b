#include "core/git/repository.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"

#include <algorithm>
#include <filesystem>

namespace mesh::git {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kSmall = 4096;          // HEAD, a ref, a pointer to another folder
constexpr uint64_t kPackedRefs = 1 << 28;  // a line per ref
constexpr int kMostSymbolic = 5;           // refs that name refs, as git allows

struct Repository {
  std::string root;    // of the work tree
  std::string own;     // HEAD and the refs of this work tree
  std::string common;  // the refs of all work trees
};

// Only regular files: a pipe would stop us for ever.
std::optional<std::string> content(const std::string& path, uint64_t limit) {
  if (!is_file(path)) return std::nullopt;
  auto bytes = read_file(path, limit);
  if (!bytes) return std::nullopt;
  return std::move(*bytes);
}

std::string from(const std::string& folder, std::string_view path) {
  return (fs::path(folder) / path).string();
}

// What follows `label` in a file of one line.
std::optional<std::string> pointer(const std::string& path, std::string_view label) {
  const auto text = content(path, kSmall);
  if (!text || !text->starts_with(label)) return std::nullopt;
  const std::string_view target = trim(std::string_view(*text).substr(label.size()));
  if (target.empty() || target.find_first_of(std::string_view("\n\0", 2)) != std::string_view::npos)
    return std::nullopt;
  return std::string(target);
}

std::optional<Repository> repository_at(const std::string& folder) {
  Repository found{folder, from(folder, ".git"), {}};
  if (const auto elsewhere = pointer(found.own, "gitdir:")) found.own = from(folder, *elsewhere);
  // git, too, passes by a `.git` that holds no HEAD.
  if (!is_folder(found.own) || !is_file(from(found.own, "HEAD"))) return std::nullopt;
  const auto common = pointer(from(found.own, "commondir"), "");
  found.common = common ? from(found.own, *common) : found.own;
  return found;
}

std::optional<Repository> repository_of(const std::string& folder) {
  std::error_code failed;
  fs::path at = fs::canonical(folder.empty() ? "." : folder, failed);
  if (failed) return std::nullopt;
  for (;; at = at.parent_path()) {
    if (auto found = repository_at(at.string())) return found;
    if (at == at.parent_path()) return std::nullopt;
  }
}

bool is_commit_id(std::string_view text) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return (text.size() == 40 || text.size() == 64) && std::all_of(text.begin(), text.end(), is_hex);
}

// A name that cannot lead out of the repository: git allows no part that starts with a dot.
bool is_ref_name(std::string_view name) {
  if (!name.starts_with("refs/")) return false;
  for (const std::string_view part : split(name, '/'))
    if (part.empty() || part.starts_with('.')) return false;
  return std::none_of(name.begin(), name.end(),
                      [](unsigned char c) { return c <= 0x20 || c == 0x7f || c == '\\'; });
}

bool is_of_one_work_tree(std::string_view name) {
  return name.starts_with("refs/bisect/") || name.starts_with("refs/worktree/") ||
         name.starts_with("refs/rewritten/");
}

// Lines of "<id> <name>"; the last of equal names cannot be: git writes them sorted and unique.
std::optional<std::string> packed(const Repository& repository, std::string_view name) {
  const auto text = content(from(repository.common, "packed-refs"), kPackedRefs);
  if (!text) return std::nullopt;
  const std::string wanted = " " + std::string(name);
  for (size_t at = text->find(wanted); at != std::string::npos; at = text->find(wanted, at + 1)) {
    const size_t end = at + wanted.size();
    if (end < text->size() && (*text)[end] != '\n' && (*text)[end] != '\r') continue;
    const size_t newline = text->rfind('\n', at);
    const size_t start = newline == std::string::npos ? 0 : newline + 1;
    const std::string_view id = std::string_view(*text).substr(start, at - start);
    if (is_commit_id(id)) return std::string(id);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> repository_root(const std::string& folder) {
  const auto repository = repository_of(folder);
  if (!repository) return std::nullopt;
  return repository->root;
}

std::optional<std::string> head_revision(const std::string& folder) {
  const auto repository = repository_of(folder);
  if (!repository) return std::nullopt;
  auto text = content(from(repository->own, "HEAD"), kSmall);
  for (int depth = 0; depth < kMostSymbolic; ++depth) {
    if (!text) return std::nullopt;
    const std::string_view line = trim(*text);
    if (is_commit_id(line)) return std::string(line);
    if (!line.starts_with("ref:")) return std::nullopt;
    const std::string name(trim(line.substr(4)));
    if (!is_ref_name(name)) return std::nullopt;
    const std::string& place = is_of_one_work_tree(name) ? repository->own : repository->common;
    text = content(from(place, name), kSmall);
    if (!text) return packed(*repository, name);
  }
  return std::nullopt;
}

}  // namespace mesh::git
