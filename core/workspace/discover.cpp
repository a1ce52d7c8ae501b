#include "core/workspace/discover.hpp"

#include "core/base/folder.hpp"
#include "core/base/parallel.hpp"
#include "core/base/strings.hpp"
#include "core/base/vectors.hpp"
#include "core/workspace/ignore.hpp"
#include "core/workspace/paths.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace mesh::workspace {
namespace {

constexpr int kMaxFolders = 100;  // nested: each holds a file descriptor
constexpr uint64_t kMaxIgnoreFile = 1u << 20;

bool has_extension(std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == name.npos) return false;
  const auto is = [end = name.substr(dot)](std::string_view known) { return equal_but_for_case(end, known); };
  return is(".yaml") || is(".yml") || is(".json");
}

std::vector<std::string> normal_globs(const std::vector<std::string>& globs) {
  std::vector<std::string> normal;
  for (std::string_view glob : globs) {
    while (glob.starts_with("./")) glob.remove_prefix(2);
    while (glob.ends_with('/')) glob.remove_suffix(1);
    normal.emplace_back(glob == "." ? "**" : glob);
  }
  return normal;
}

bool any_matches(const std::vector<std::string>& globs, std::string_view key) {
  return std::ranges::any_of(globs, [&](const std::string& glob) { return glob_match(glob, key); });
}

bool any_holds(const std::vector<std::string>& globs, std::string_view folder) {
  for (; !folder.empty(); folder = parent_of(folder))
    if (any_matches(globs, folder)) return true;
  return false;
}

// Where git keeps patterns for one clone only; work trees share them.
std::string exclude_file(const std::string& git_root) {
  constexpr uint64_t kSmall = 4096;
  std::string git = joined(git_root, ".git");
  const auto pointed = [&](const std::string& path, std::string_view label) {
    if (!is_file(path)) return std::string();
    const auto text = read_file(path, kSmall);
    if (!text || !text->starts_with(label)) return std::string();
    return std::string(trim(std::string_view(*text).substr(label.size())));
  };
  if (const std::string own = pointed(git, "gitdir:"); !own.empty()) git = absolute_path(git_root, own);
  if (const std::string common = pointed(joined(git, "commondir"), ""); !common.empty())
    git = absolute_path(git, common);
  return joined(git, "info/exclude");
}

class Walk {
 public:
  Walk(const Scope& scope, const model::Mesh& mesh, std::vector<Candidate>& found)
      : scope_(scope),
        include_(normal_globs(mesh.include)),
        exclude_(normal_globs(mesh.exclude)),
        baseline_(mesh.baseline),
        found_(found) {
    // What a repository says above the workspace holds below it, too.
    if (!scope.git_root.empty() && is_within(scope.root, scope.git_root)) {
      if (scope.root != scope.git_root) above_ = key_below(scope.git_root, scope.root) + "/";
      add_patterns(exclude_file(scope.git_root), "");
      add_patterns_above(scope.git_root);
    }
  }

  // `start`: the key of a folder.
  void run(const std::string& start, unsigned jobs) {
    const size_t patterns = ignored_.size();
    // The folders between the root and the start speak of it, too.
    for (size_t end = 0; end < start.size(); end = start.find('/', end + 1))
      add_patterns_of(start.substr(0, end));
    auto folder = Folder::open(joined(scope_.root, start));
    if (folder) {
      visit_on_threads(*folder, start, jobs);
    } else {
      cannot_read(start, folder.error().message);
    }
    ignored_.shrink(patterns);
  }

 private:
  // A folder to visit, with what is known of it from those above.
  struct Branch {
    std::string key;
    bool included;
    int depth;
    IgnoreStack ignored;
  };

  // The upper folders one by one, until there are enough below them to share out.
  void visit_on_threads(const Folder& top, const std::string& start, unsigned jobs) {
    constexpr size_t kEnough = 16;
    constexpr int kUpperLevels = 4;
    constexpr size_t kBesideFolders = 16;  // that `discover` adds
    std::vector<Branch> branches;
    branches_ = &branches;
    visit(top, start, include_.empty() || any_holds(include_, start), kMaxFolders);
    for (int level = 1; level < kUpperLevels && branches.size() < kEnough; ++level)
      for (Branch& upper : std::exchange(branches, {})) visit_branch(top, start, upper);
    branches_ = nullptr;
    std::vector<std::vector<Candidate>> found(branches.size());
    for_each_index(branches.size(), jobs, [&](size_t i) {
      Walk below(*this, found[i]);
      below.visit_branch(top, start, branches[i]);
    });
    size_t count = found_.size();
    for (const std::vector<Candidate>& some : found) count += some.size();
    found_.reserve(count + kBesideFolders);
    for (std::vector<Candidate>& some : found) std::ranges::move(some, std::back_inserter(found_));
  }

  Walk(const Walk& above, std::vector<Candidate>& found)
      : scope_(above.scope_),
        include_(above.include_),
        exclude_(above.exclude_),
        baseline_(above.baseline_),
        above_(above.above_),
        found_(found) {}

  void visit_branch(const Folder& top, const std::string& start, Branch& branch) {
    const auto below = top.open_below(start.empty() ? branch.key : branch.key.substr(start.size() + 1));
    if (!below) return cannot_read(branch.key, below.error().message);
    std::swap(ignored_, branch.ignored);
    visit(*below, branch.key, branch.included, branch.depth);
    std::swap(ignored_, branch.ignored);
  }

  void visit(const Folder& folder, const std::string& key, bool included, int depth) {
    auto entries = folder.entries();
    if (!entries) return cannot_read(key, entries.error().message);
    std::ranges::sort(*entries, {}, &FolderEntry::name);
    const size_t patterns = ignored_.size();
    for (const char* name : {".gitignore", ".meshignore"})
      if (std::ranges::binary_search(*entries, name, std::less<>(), &FolderEntry::name))
        if (const auto file = folder.read(name, kMaxIgnoreFile)) add_text(file->bytes, key);
    for (const FolderEntry& entry : *entries)
      visit_entry(folder, entry, joined(key, entry.name), included, depth);
    ignored_.shrink(patterns);
  }

  void visit_entry(const Folder& folder, const FolderEntry& entry, std::string key, bool included,
                   int depth) {
    const bool is_folder = entry.kind == FileKind::folder;
    if (entry.name.starts_with('.') || (!is_folder && entry.kind != FileKind::file)) return;
    if (!is_folder && !has_extension(entry.name)) return;
    if (any_matches(exclude_, key)) return;
    if (ignored_.size() > 0 && ignored_.ignores(above_ + key, is_folder)) return;
    included = included || any_matches(include_, key);
    if (!is_folder) {
      if (key == baseline_) return;
      // `include` says where manifests are; whose they are, and what is waived, must be known all the same.
      if (included || entry.name == "domain.yaml" || entry.name == kWaiversFile)
        found_.push_back({std::move(key), false, {}});
      return;
    }
    if (depth == 0)
      return cannot_read(key, "folders nest deeper than " + std::to_string(kMaxFolders) + " levels");
    if (branches_) return branches_->push_back({key, included, depth - 1, ignored_});
    const auto below = folder.open_below(entry.name);
    if (!below) return cannot_read(key, below.error().message);
    visit(*below, key, included, depth - 1);
  }

  // The system's words end the message; what is before them names the absolute path.
  void cannot_read(const std::string& key, std::string_view message) {
    const size_t colon = message.rfind(": ");
    found_.push_back({key, false, std::string(colon == message.npos ? message : message.substr(colon + 2))});
  }

  void add_text(std::string_view text, const std::string& key) {
    IgnoreFile file(key.empty() ? above_ : above_ + key + "/", text);
    if (!file.empty()) ignored_.push(std::move(file));
  }
  void add_patterns(const std::string& path, std::string base) {
    if (!is_file(path)) return;
    const auto text = read_file(path, kMaxIgnoreFile);
    if (!text) return;
    IgnoreFile file(std::move(base), *text);
    if (!file.empty()) ignored_.push(std::move(file));
  }
  void add_patterns_of(const std::string& key) {
    const std::string base = key.empty() ? above_ : above_ + key + "/";
    const std::string folder = joined(scope_.root, key);
    for (const char* name : {".gitignore", ".meshignore"}) add_patterns(joined(folder, name), base);
  }
  void add_patterns_above(const std::string& git_root) {
    for (size_t end = 0; end < above_.size(); end = above_.find('/', end) + 1)
      for (const char* name : {".gitignore", ".meshignore"})
        add_patterns(joined(git_root, above_.substr(0, end) + name), above_.substr(0, end));
  }

  const Scope& scope_;
  std::vector<std::string> include_, exclude_;
  std::string baseline_;
  std::string above_;  // from the top of the repository to the root: "" or ending in `/`
  IgnoreStack ignored_;
  std::vector<Branch>* branches_ = nullptr;  // where folders wait to be visited; none: they are at once
  std::vector<Candidate>& found_;
};

bool is_before(const Candidate& a, const Candidate& b) {
  const int order = a.key.compare(b.key);
  return order != 0 ? order < 0 : a.is_explicit > b.is_explicit;
}

// A folder after the other is nearly in order: what is, is taken as it stands, and merged with its neighbour.
void sort_nearly_sorted(std::vector<Candidate>& all) {
  using Place = std::vector<Candidate>::iterator;
  std::vector<Place> ends{all.begin()};
  while (ends.back() != all.end()) ends.push_back(std::is_sorted_until(ends.back(), all.end(), is_before));
  while (ends.size() > 2) {
    std::vector<Place> fewer{ends.front()};
    for (size_t i = 2; i < ends.size(); i += 2) {
      std::inplace_merge(ends[i - 2], ends[i - 1], ends[i], is_before);
      fewer.push_back(ends[i]);
    }
    if (ends.size() % 2 == 0) fewer.push_back(ends.back());
    ends = std::move(fewer);
  }
}

}  // namespace

std::vector<Candidate> discover(const Scope& scope, const model::Mesh& mesh, unsigned jobs) {
  std::vector<Candidate> found;
  Walk walk(scope, mesh, found);
  if (scope.has_mesh && scope.linked) walk.run("", jobs);
  // A folder that was named is looked at even where the walk passed it by.
  for (const std::string& folder : scope.folders)
    if (!scope.has_mesh || !folder.empty()) walk.run(folder, jobs);
  if (scope.has_mesh) found.push_back({"mesh.yaml", false, {}});
  if (scope.has_mesh && is_file(joined(scope.root, kWaiversFile)))
    found.push_back({std::string(kWaiversFile), false, {}});
  for (const std::string& file : scope.files) found.push_back({file, true, {}});
  if (scope.input) found.push_back({scope.input->key, true, {}});

  sort_nearly_sorted(found);
  drop_repeated(found, &Candidate::key);
  return found;
}

}  // namespace mesh::workspace
