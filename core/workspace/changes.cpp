#include "core/workspace/changes.hpp"

#include "core/base/folder.hpp"
#include "core/base/parallel.hpp"
#include "core/base/strings.hpp"
#include "core/workspace/paths.hpp"
#include "core/workspace/scope.hpp"

#include <algorithm>

namespace mesh::workspace {

bool has_manifest_ending(std::string_view key) {
  const std::string name = to_lower(name_part(key));
  return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
}

std::string Changes::Part::key_of(std::string_view path) const {
  return joined(mount, below.empty() ? path : path.substr(below.size() + 1));
}

std::string Changes::Part::path_of(std::string_view key) const {
  return joined(below, mount.empty() ? key : key.substr(mount.size() + 1));
}

// The deepest one that holds the key: a submodule's files are not the outer repository's.
const Changes::Part* Changes::part_of(std::string_view key) const {
  const Part* found = nullptr;
  for (const Part& part : parts_)
    if (is_within(key, part.mount) && key.size() > part.mount.size() &&
        (!found || part.mount.size() >= found->mount.size()))
      found = &part;
  return found;
}

const git::WorkTreeFile* Changes::tracked(std::string_view key) const {
  const Part* const part = part_of(key);
  return part ? part->tree.find(part->path_of(key)) : nullptr;
}

static std::optional<git::ObjectId> commit_of_submodule(const git::WorkTreeFile& file) {
  if (file.base && file.base->mode == git::kGitlinkMode) return file.base->id;
  return std::nullopt;
}

// Submodules may hold submodules, so the list itself is the queue.
Result<void> Changes::add_submodules(const Workspace& workspace) {
  constexpr size_t kMostParts = 100;
  const auto holds_files = [&](const std::string& folder) {
    const std::string start = folder + "/";
    const auto first = std::ranges::lower_bound(workspace.files, start, {}, &File::key);
    return first != workspace.files.end() && first->key.starts_with(start);
  };
  for (size_t i = 0; i < parts_.size() && parts_.size() < kMostParts; ++i) {
    std::vector<std::pair<std::string, std::optional<git::ObjectId>>> found;
    for (const git::WorkTreeFile& file : parts_[i].tree.files()) {
      if (file.staged_mode != git::kGitlinkMode && !commit_of_submodule(file)) continue;
      std::string key = parts_[i].key_of(file.path);
      if (holds_files(key)) found.emplace_back(std::move(key), commit_of_submodule(file));
    }
    for (auto& [key, commit] : found) {
      const std::string folder = joined(workspace.root, key);
      auto repository = git::Repository::open(folder);
      if (!repository || repository->root() != folder) continue;  // its files are plain files then
      auto tree = repository->compare(commit, "");
      if (!tree) return std::move(tree).error().in("submodule `" + printable(key) + "`");
      Part part;
      part.mount = std::move(key);
      part.owned = std::make_unique<git::Repository>(std::move(*repository));
      part.repository = part.owned.get();
      part.tree = std::move(*tree);
      parts_.push_back(std::move(part));
    }
  }
  return {};
}

Result<Changes> Changes::since(git::Repository& repository, git::WorkTree tree, const Workspace& workspace,
                               const Wanted& is_wanted, unsigned jobs) {
  Changes changes;
  Part main;
  main.below = key_below(repository.root(), workspace.root);
  main.repository = &repository;
  main.tree = std::move(tree);
  changes.parts_.push_back(std::move(main));
  if (auto added = changes.add_submodules(workspace); !added) return pass(std::move(added));

  struct Look {
    const Part* part;
    const git::WorkTreeFile* file;
    std::string key;
    git::FileState state = git::FileState::same;
  };
  std::vector<Look> looks;
  for (const Part& part : changes.parts_)
    for (const git::WorkTreeFile& file : part.tree.files()) {
      std::string key = part.key_of(file.path);
      if (changes.part_of(key) != &part) continue;
      if (has_manifest_ending(key) || is_wanted(key)) looks.push_back({&part, &file, std::move(key)});
    }
  for_each_index(looks.size(), jobs,
                 [&](size_t i) { looks[i].state = looks[i].part->tree.state_of(*looks[i].file); });

  const auto is_of_workspace = [&](std::string_view key) {
    const auto found = std::ranges::lower_bound(workspace.files, key, {},
                                                [](const File& file) { return std::string_view(file.key); });
    return found != workspace.files.end() && found->key == key;
  };
  for (Look& look : looks) {
    if (look.state == git::FileState::same || look.state == git::FileState::absent) continue;
    const bool is_gone = look.state == git::FileState::gone;
    // What is there and not among the workspace's files is ignored or excluded.
    if (!is_gone && !is_of_workspace(look.key) && !is_wanted(look.key)) continue;
    std::optional<git::ObjectId> base;
    if (look.file->base) base = look.file->base->id;
    changes.all_.push_back({std::move(look.key), base, is_gone});
  }
  for (const File& file : workspace.files)
    if (file.key != kStandardInput && !changes.tracked(file.key))
      changes.all_.push_back({file.key, std::nullopt, false});
  std::ranges::sort(changes.all_, {}, &Change::key);
  return changes;
}

const Change* Changes::find(std::string_view key) const {
  const auto found = std::ranges::lower_bound(
      all_, key, {}, [](const Change& change) { return std::string_view(change.key); });
  return found != all_.end() && found->key == key ? &*found : nullptr;
}

bool Changes::base_has(std::string_view key) const {
  const git::WorkTreeFile* const file = tracked(key);
  return file && file->base;
}

Result<std::optional<std::string>> Changes::base_bytes(std::string_view key) const {
  const git::WorkTreeFile* const file = tracked(key);
  if (!file || !file->base || file->base->mode == git::kGitlinkMode) return std::nullopt;
  auto bytes = part_of(key)->repository->blob(file->base->id);
  if (!bytes) return std::move(bytes).error().in("the earlier `" + printable(key) + "`");
  return std::optional(std::move(*bytes));
}

void Changes::each_below(std::string_view folder, const std::function<void(std::string_view)>& visit) const {
  for (const Part& part : parts_) {
    if (!is_within(folder, part.mount) && !is_within(part.mount, folder)) continue;
    const auto& files = part.tree.files();
    auto at = files.begin();
    if (is_within(folder, part.mount) && folder.size() > part.mount.size())
      at = std::ranges::lower_bound(files, part.path_of(folder) + "/", {}, &git::WorkTreeFile::path);
    for (; at != files.end(); ++at) {
      const std::string key = part.key_of(at->path);
      if (!is_within(key, folder)) break;
      if (part_of(key) == &part) visit(key);
    }
  }
}

}  // namespace mesh::workspace
