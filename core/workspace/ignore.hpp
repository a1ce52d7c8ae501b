#pragma once

#include <string>
#include <string_view>
#include <vector>

// Which files are not looked at: `.gitignore` as git reads it, and `.meshignore` in the same language.
namespace mesh::workspace {

// The patterns of one file.
class IgnoreFile {
 public:
  // `base`: the folder of the file, relative to the top of the walk; "" or ending in `/`.
  IgnoreFile(std::string base, std::string_view text);

  enum class Answer : unsigned char { silent, ignored, kept };

  // What the last pattern that matches says. `path` is relative to the top of the walk.
  Answer judge(std::string_view path, bool is_folder) const;
  bool empty() const { return patterns_.empty(); }

 private:
  struct Pattern {
    std::string glob;
    bool negated = false;
    bool folders_only = false;
    bool anchored = false;  // matches the path below `base`, else the last part of it
    size_t fixed = 0;       // characters before the first wildcard
  };
  static bool matches(const Pattern& pattern, std::string_view path);
  void add(std::string_view line);

  std::string base_;
  std::vector<Pattern> patterns_;
};

// The files that hold for one folder, the weakest first: later ones overrule earlier ones.
class IgnoreStack {
 public:
  void push(IgnoreFile file) { files_.push_back(std::move(file)); }
  size_t size() const { return files_.size(); }
  void shrink(size_t size) { files_.erase(files_.begin() + static_cast<std::ptrdiff_t>(size), files_.end()); }

  bool ignores(std::string_view path, bool is_folder) const;

 private:
  std::vector<IgnoreFile> files_;
};

// git's wildmatch over paths: `*` and `?` stop at `/`, `**` between slashes does not. In bounded time: the
// number of steps is at most quadratic in the lengths.
bool wildcard_match(std::string_view pattern, std::string_view path);

}  // namespace mesh::workspace
