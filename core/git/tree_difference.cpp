#include "core/git/tree_difference.hpp"

#include "core/base/strings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>
#include <unordered_map>

namespace mesh::git {
namespace {

constexpr size_t kMostFolders = 4'000'000;  // opened in one comparison
constexpr size_t kLongestPath = 1u << 16;

std::string below(const std::string& folder, std::string_view name) {
  return folder.empty() ? std::string(name) : folder + "/" + std::string(name);
}

Result<std::vector<TreeEntry>> read_tree(Objects& objects, const ObjectId& id) {
  const auto object = objects.read(id, ObjectType::tree);
  if (!object) return tl::unexpected(object.error());
  auto entries = parse_tree(object->bytes, objects.id_size());
  if (!entries) return std::move(entries).error().in("object " + id.hex());
  return entries;
}

// A folder that the index implies: the tree it would be written as, and its entries [from, to).
struct Implied {
  ObjectId id;
  size_t from = 0, to = 0;
};
using Folders = std::unordered_map<std::string_view, Implied>;  // by path, a piece of an entry's path

// Writes the tree of every folder as git would, and keeps its name.
class Implier {
 public:
  Implier(const std::vector<IndexEntry>& entries, const std::string& top, uint8_t id_size)
      : entries_(entries), top_(top), id_size_(id_size) {}

  Folders run() && {
    open_.push_back({std::string_view(top_), 0, {}});
    for (size_t i = 0; i < entries_.size(); ++i) {
      const std::string_view path = entries_[i].path;
      while (!holds(open_.back().path, path)) close(i);
      for (size_t slash = path.find('/', start_in(open_.back().path)); slash != path.npos;
           slash = path.find('/', slash + 1))
        open_.push_back({path.substr(0, slash), i, {}});
      add(path, entries_[i].mode, entries_[i].id);
    }
    while (!open_.empty()) close(entries_.size());
    return std::move(folders_);
  }

 private:
  struct Open {
    std::string_view path;
    size_t from;
    std::string bytes;
  };

  static bool holds(std::string_view folder, std::string_view path) {
    return folder.empty() ||
           (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
  }
  static size_t start_in(std::string_view folder) { return folder.empty() ? 0 : folder.size() + 1; }

  void add(std::string_view path, uint32_t mode, const ObjectId& id) {
    Open& folder = open_.back();
    std::array<char, 12> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), mode, 8).ptr;
    folder.bytes.append(digits.data(), end);
    folder.bytes += ' ';
    folder.bytes += path.substr(start_in(folder.path));
    folder.bytes += '\0';
    folder.bytes += id.raw();
  }
  void close(size_t to) {
    const Open closed = std::move(open_.back());
    open_.pop_back();
    const ObjectId id = id_of(ObjectType::tree, closed.bytes, id_size_);
    folders_.emplace(closed.path, Implied{id, closed.from, to});
    if (!open_.empty()) add(closed.path, kFolderMode, id);
  }

  const std::vector<IndexEntry>& entries_;
  const std::string& top_;
  uint8_t id_size_;
  std::vector<Open> open_;
  Folders folders_;
};

// A folder to compare: either side may lack it.
struct Pair {
  std::string path;
  const Implied* implied;
  std::optional<ObjectId> tree;
};

class Comparison {
 public:
  Comparison(Objects& objects, const std::vector<IndexEntry>& entries, const Folders& folders)
      : objects_(objects), entries_(entries), folders_(folders) {}

  Result<std::vector<Difference>> run(Pair top) && {
    waiting_.push_back(std::move(top));
    for (size_t opened = 0; !waiting_.empty(); ++opened) {
      const Pair pair = std::move(waiting_.back());
      waiting_.pop_back();
      if (opened > kMostFolders || pair.path.size() > kLongestPath)
        return fail(Fault::corrupt, "a tree has more folders than any honest one");
      if (auto compared = compare(pair); !compared) return pass(std::move(compared));
    }
    std::ranges::sort(found_, {}, &Difference::path);
    return std::move(found_);
  }

 private:
  struct Sides {
    const IndexEntry* file = nullptr;
    const Implied* folder = nullptr;
    const TreeEntry* base = nullptr;
  };

  Result<void> compare(const Pair& pair) {
    if (pair.implied && pair.tree && pair.implied->id == *pair.tree) return {};
    std::vector<TreeEntry> tree;
    if (pair.tree) {
      auto read = read_tree(objects_, *pair.tree);
      if (!read) return pass(std::move(read));
      tree = std::move(*read);
    }
    std::map<std::string, Sides, std::less<>> names;
    for (const TreeEntry& entry : tree) names[entry.name].base = &entry;
    if (pair.implied) add_implied(pair, names);
    for (const auto& [name, sides] : names) judge(below(pair.path, name), sides);
    return {};
  }

  void add_implied(const Pair& pair, std::map<std::string, Sides, std::less<>>& names) {
    const size_t start = pair.path.empty() ? 0 : pair.path.size() + 1;
    for (size_t i = pair.implied->from; i < pair.implied->to;) {
      const std::string_view path = entries_[i].path;
      const size_t slash = path.find('/', start);
      if (slash == path.npos) {
        names[std::string(path.substr(start))].file = &entries_[i++];
        continue;
      }
      const Implied& folder = folders_.at(path.substr(0, slash));
      names[std::string(path.substr(start, slash - start))].folder = &folder;
      i = std::max(folder.to, i + 1);
    }
  }

  void judge(std::string path, const Sides& sides) {
    std::optional<ObjectId> tree;
    if (sides.base && sides.base->is_folder()) tree = sides.base->id;
    if (sides.folder || tree) waiting_.push_back({path, sides.folder, tree});
    const bool is_file = sides.base && !sides.base->is_folder();
    if (sides.file && is_file && sides.file->mode == sides.base->mode && sides.file->id == sides.base->id)
      return;
    if (!sides.file && !is_file) return;
    Difference difference{std::move(path), std::nullopt};
    if (is_file) difference.base = BaseFile{sides.base->mode, sides.base->id};
    found_.push_back(std::move(difference));
  }

  Objects& objects_;
  const std::vector<IndexEntry>& entries_;
  const Folders& folders_;
  std::vector<Pair> waiting_;
  std::vector<Difference> found_;
};

}  // namespace

Result<std::vector<PathEntry>> list_files(Objects& objects, const ObjectId& tree, const std::string& folder) {
  std::vector<PathEntry> files;
  std::vector<std::pair<std::string, ObjectId>> waiting{{folder, tree}};
  for (size_t opened = 0; !waiting.empty(); ++opened) {
    const auto [path, id] = std::move(waiting.back());
    waiting.pop_back();
    if (opened > kMostFolders || path.size() > kLongestPath)
      return fail(Fault::corrupt, "a tree has more folders than any honest one");
    auto entries = read_tree(objects, id);
    if (!entries) return pass(std::move(entries));
    for (const TreeEntry& entry : *entries) {
      if (entry.is_folder())
        waiting.emplace_back(below(path, entry.name), entry.id);
      else
        files.push_back({below(path, entry.name), entry.mode, entry.id});
    }
  }
  std::ranges::sort(files, {}, &PathEntry::path);
  return files;
}

Result<std::optional<ObjectId>> folder_of(Objects& objects, const ObjectId& tree, const std::string& path) {
  ObjectId at = tree;
  if (path.empty()) return at;
  for (const std::string_view part : split(path, '/')) {
    const auto entries = read_tree(objects, at);
    if (!entries) return tl::unexpected(entries.error());
    const auto found = std::ranges::find(*entries, part, &TreeEntry::name);
    if (found == entries->end() || !found->is_folder()) return std::nullopt;
    at = found->id;
  }
  return at;
}

Result<std::vector<Difference>> differences_of(Objects& objects, const std::vector<IndexEntry>& entries,
                                               const std::optional<ObjectId>& tree,
                                               const std::string& folder) {
  const Folders folders = Implier(entries, folder, objects.id_size()).run();
  const auto top = folders.find(folder);
  return Comparison(objects, entries, folders)
      .run({folder, top == folders.end() ? nullptr : &top->second, tree});
}

}  // namespace mesh::git
