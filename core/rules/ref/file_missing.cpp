#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"
#include "core/workspace/foreign.hpp"
#include "core/workspace/paths.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>

namespace mesh::rules::ref {

using model::Text;
using workspace::Foreign;

namespace {

// Contracts by the names of their files, to tell where a missing one may be.
class Names {
 public:
  explicit Names(const Workspace& workspace) : workspace_(workspace) {
    for (const Contract& contract : workspace.contracts) {
      const std::string& key = workspace.files[contract.file].key;
      by_folder_[workspace::parent_of(key)].insert(name_of(key));
      by_name_[name_of(key)].insert(key);
    }
  }

  // A path from the folder of `from`: the same name elsewhere, or a similar name where it was looked for.
  std::optional<std::string> near(FileId from, std::string_view key) const {
    if (const auto same = by_name_.find(name_of(key)); same != by_name_.end() && same->second.size() == 1)
      return way(from, *same->second.begin());
    const auto folder = by_folder_.find(workspace::parent_of(key));
    if (folder == by_folder_.end()) return std::nullopt;
    const std::vector<std::string_view> names(folder->second.begin(), folder->second.end());
    const auto near = nearest(name_of(key), names);
    if (!near) return std::nullopt;
    return way(from, workspace::joined(folder->first, *near));
  }

 private:
  static std::string_view name_of(std::string_view key) { return key.substr(key.rfind('/') + 1); }
  std::string way(FileId from, std::string_view key) const {
    return workspace::relative_path("/" + std::string(workspace_.folder(from)), "/" + std::string(key));
  }

  const Workspace& workspace_;
  std::map<std::string_view, std::set<std::string_view>> by_folder_, by_name_;
};

void check(const Workspace& workspace, Findings& findings) {
  std::optional<workspace::ForeignFiles> files;  // made for the first reference
  std::optional<Names> names;
  for (const Contract& contract : workspace.contracts) {
    for (const Text& named : contract.foreign_files) {
      if (!files) files.emplace(workspace);
      const Foreign foreign = files->find(contract.file, named.view());
      if (foreign.led != Foreign::Led::missing) continue;
      if (!names) names.emplace(workspace);
      Finding& finding =
          findings.add(Place{contract.file, named.at}, fmt::format("there is no file `{}`", named.view()));
      if (const auto near = names->near(contract.file, foreign.key))
        finding.label = fmt::format("did you mean `{}#…`?", *near);
      finding.help = "the part before `#` is a path from the folder of this file, or a URL";
    }
  }
}

}  // namespace

extern const Rule file_missing{
    .id = "ref/file-missing",
    .summary = "the files that references lead to exist",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::ref
