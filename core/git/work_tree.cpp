#include "core/git/work_tree.hpp"

#include "core/base/files.hpp"
#include "core/git/tree_difference.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace mesh::git {
namespace {

constexpr uint64_t kMostIndex = 256u << 20;

bool is_below(std::string_view path, std::string_view folder) {
  return folder.empty() ||
         (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

// A file that changed within the clock's tick in which the index was written may look unchanged.
void drop_racy_notes(std::vector<IndexEntry>& entries, const std::string& index_path) {
  struct stat about {};
  if (::stat(index_path.c_str(), &about) != 0) return;
  const auto seconds = static_cast<uint32_t>(about.st_mtim.tv_sec);
  const auto nanoseconds = static_cast<uint32_t>(about.st_mtim.tv_nsec);
  for (IndexEntry& entry : entries)
    if (entry.note &&
        std::pair(entry.note->modified_s, entry.note->modified_ns) >= std::pair(seconds, nanoseconds))
      entry.note.reset();
}

// Folders that stand for their files: of a sparse index.
Result<void> expand(Objects& objects, std::vector<IndexEntry>& entries) {
  if (std::ranges::none_of(entries, [](const IndexEntry& entry) { return entry.mode == kFolderMode; }))
    return {};
  std::vector<IndexEntry> all;
  for (IndexEntry& entry : entries) {
    if (entry.mode != kFolderMode) {
      all.push_back(std::move(entry));
      continue;
    }
    auto files = list_files(objects, entry.id, entry.path);
    if (!files) return pass(std::move(files));
    for (PathEntry& file : *files)
      all.push_back({std::move(file.path), file.mode, file.id, std::nullopt, true});
  }
  std::ranges::sort(all, {}, &IndexEntry::path);
  entries = std::move(all);
  return {};
}

Result<std::vector<IndexEntry>> entries_of(Objects& objects, const Layout& layout, const ObjectId& head_tree,
                                           const std::string& below) {
  const std::string path = from(layout.own, "index");
  if (const auto bytes = content(path, kMostIndex)) {
    auto entries = parse_index(*bytes, objects.id_size());
    if (entries) {
      std::erase_if(*entries, [&](const IndexEntry& entry) {
        return !is_below(entry.path, below) && !(entry.mode == kFolderMode && is_below(below, entry.path)) &&
               entry.path != below;
      });
      drop_racy_notes(*entries, path);
      if (auto expanded = expand(objects, *entries); !expanded) return pass(std::move(expanded));
      std::erase_if(*entries, [&](const IndexEntry& entry) { return !is_below(entry.path, below); });
      return entries;
    }
  }
  // Every file is looked into then.
  std::vector<IndexEntry> entries;
  if (!head_tree) return entries;
  auto folder = folder_of(objects, head_tree, below);
  if (!folder) return pass(std::move(folder));
  if (!*folder) return entries;
  auto files = list_files(objects, **folder, below);
  if (!files) return pass(std::move(files));
  for (PathEntry& file : *files)
    entries.push_back({std::move(file.path), file.mode, file.id, std::nullopt, false});
  return entries;
}

bool has_crlf(std::string_view bytes) { return bytes.find("\r\n") != bytes.npos; }

std::string with_lf(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (size_t i = 0; i < bytes.size(); ++i)
    if (bytes[i] != '\r' || i + 1 == bytes.size() || bytes[i + 1] != '\n') text += bytes[i];
  return text;
}

std::optional<std::string> target_of(const std::string& path) {
  std::string target(4096, '\0');
  const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
  if (size < 0) return std::nullopt;
  target.resize(static_cast<size_t>(size));
  return target;
}

FileNote note_of(const struct stat& about) {
  const auto low = [](auto number) { return static_cast<uint32_t>(number); };
  return {low(about.st_ctim.tv_sec),  low(about.st_ctim.tv_nsec), low(about.st_mtim.tv_sec),
          low(about.st_mtim.tv_nsec), low(about.st_ino),          low(about.st_size)};
}

}  // namespace

Result<WorkTree> WorkTree::compare(Objects& objects, const Layout& layout, const ObjectId& tree,
                                   const ObjectId& head_tree, const std::string& below) {
  WorkTree compared;
  compared.root_ = layout.root;
  compared.id_size_ = objects.id_size();
  auto entries = entries_of(objects, layout, head_tree, below);
  if (!entries) return pass(std::move(entries));
  std::optional<ObjectId> base;
  if (tree) {
    auto folder = folder_of(objects, tree, below);
    if (!folder) return pass(std::move(folder));
    base = *folder;
  }
  auto differences = differences_of(objects, *entries, base, below);
  if (!differences) return pass(std::move(differences));

  // Both are sorted: what differs overrules what the index says.
  auto difference = differences->begin();
  const auto gone_before = [&](const std::string* path) {
    for (; difference != differences->end() && (!path || difference->path < *path); ++difference) {
      WorkTreeFile file;
      file.path = std::move(difference->path);
      file.base = difference->base;
      compared.files_.push_back(std::move(file));
    }
  };
  for (IndexEntry& entry : *entries) {
    gone_before(&entry.path);
    WorkTreeFile file;
    file.path = std::move(entry.path);
    file.base = BaseFile{entry.mode, entry.id};
    file.is_tracked = true;
    file.staged_mode = entry.mode;
    file.staged = entry.id;
    file.note = entry.note;
    file.is_left_out = entry.is_left_out;
    if (difference != differences->end() && difference->path == file.path) file.base = (difference++)->base;
    compared.files_.push_back(std::move(file));
  }
  gone_before(nullptr);
  return compared;
}

const WorkTreeFile* WorkTree::find(std::string_view path) const {
  const auto found = std::ranges::lower_bound(
      files_, path, {}, [](const WorkTreeFile& file) { return std::string_view(file.path); });
  return found != files_.end() && found->path == path ? &*found : nullptr;
}

FileState WorkTree::state_of(const WorkTreeFile& file) const {
  const auto by_content = [&](const ObjectId& id) {
    return file.base && id == file.base->id ? FileState::same : FileState::changed;
  };
  const std::string path = from(root_, file.path);
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0) {
    if (file.is_left_out) return by_content(file.staged);
    return file.base ? FileState::gone : FileState::absent;
  }
  if (S_ISDIR(about.st_mode)) {
    // The commit of a submodule is its own business, its files are not ours.
    if (file.base && file.base->mode == kGitlinkMode) return FileState::same;
    return file.base ? FileState::gone : FileState::absent;
  }
  if (file.note && *file.note == note_of(about)) return by_content(file.staged);
  if (!file.base) return FileState::changed;
  if (S_ISLNK(about.st_mode)) {
    const auto target = target_of(path);
    return target ? by_content(id_of(ObjectType::blob, *target, id_size_)) : FileState::changed;
  }
  constexpr uint64_t kMost = 256u << 20;
  const auto bytes = content(path, kMost);
  if (!bytes) return FileState::changed;
  if (by_content(id_of(ObjectType::blob, *bytes, id_size_)) == FileState::same) return FileState::same;
  if (!has_crlf(*bytes)) return FileState::changed;
  return by_content(id_of(ObjectType::blob, with_lf(*bytes), id_size_));
}

}  // namespace mesh::git
