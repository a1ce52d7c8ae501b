#pragma once

#include "core/base/result.hpp"
#include "core/rules/engine.hpp"

#include <compare>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// What was there before anybody looked: findings that are counted, but neither shown nor a reason to fail.
namespace mesh::rules {

// Findings are told apart by file, rule and message, not by line: what else changes in a file does not bring
// them back. Of several that are alike, as many are covered as there were.
class Baseline {
 public:
  // `folder`: absolute, of the file that holds it; the paths in it are relative to that.
  explicit Baseline(std::string folder) : folder_(std::move(folder)) {}

  // usage, with the place, when it is not what `text` writes.
  static Result<Baseline> read(const Source& source, std::string folder);

  // All that is found and not waived otherwise, but for what passes by itself.
  static Baseline of(const Workspace& workspace, const std::vector<Finding>& findings, std::string folder);

  // Marks what it lists. `findings` are sorted.
  void apply(const Workspace& workspace, std::vector<Finding>& findings) const;

  // Without what no longer occurs, after `apply` has marked what does; the number of findings that left. What
  // was not looked at in this run stays: other files, as far as they are there, and rules that the command
  // line leaves out. `is_there` is asked with absolute paths.
  size_t shrink(const Workspace& workspace, const Selection& selection, const std::vector<Finding>& findings,
                const std::function<bool(const std::string& path)>& is_there);

  size_t size() const;  // in findings

  // JSON, a line for each entry, sorted: the same findings give the same bytes.
  std::string text() const;

 private:
  struct Key {
    std::string path, rule, message;
    auto operator<=>(const Key&) const = default;
  };
  Key key_of(const Workspace& workspace, const Finding& finding) const;
  std::string path_of(const Workspace& workspace, FileId file) const;

  std::string folder_;
  std::map<Key, uint64_t> counts_;
};

}  // namespace mesh::rules
