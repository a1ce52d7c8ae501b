#include "core/workspace/foreign.hpp"

#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/workspace/paths.hpp"

#include <algorithm>
#include <optional>

namespace mesh::workspace {
namespace {

// `../shared/b.yaml` from `sales/orders`: `sales/shared/b.yaml`; nothing when it leaves the root.
std::optional<std::string> key_from(std::string_view folder, std::string_view path) {
  std::vector<std::string> parts;
  const auto walk = [&](std::string_view way) {
    for (const std::string_view part : split(way, '/')) {
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.emplace_back(part);
      } else if (parts.empty()) {
        return false;
      } else {
        parts.pop_back();
      }
    }
    return true;
  };
  if (!walk(folder) || !walk(path)) return std::nullopt;
  return join(parts, "/");
}

}  // namespace

ForeignFiles::ForeignFiles(const Workspace& workspace) : workspace_(workspace) {
  by_key_.reserve(workspace.files.size());
  for (FileId file = 0; file < workspace.files.size(); ++file)
    by_key_.emplace(workspace.files[file].key, file);
}

Foreign ForeignFiles::find(FileId from, std::string_view path) const {
  using Led = Foreign::Led;
  const bool is_absolute = path.starts_with('/');
  const auto near = is_absolute ? std::nullopt : key_from(workspace_.folder(from), path);
  const auto from_root = key_from({}, path);
  for (const auto& key : {near, from_root})
    if (const auto file = key ? by_key_.find(*key) : by_key_.end(); file != by_key_.end())
      return {Led::to_file, file->second, *key};
  for (const auto& key : {near, from_root})
    if (key && workspace_.unread_files.contains(*key)) return {Led::unread, kNoFile, *key};
  if (!near) return {Led::outside, kNoFile, {}};
  return {Led::missing, kNoFile, *near};
}

void look_for_foreign_files(Workspace& workspace) {
  const auto has_any = [](const model::Contract& contract) { return !contract.foreign_files.empty(); };
  if (!workspace.linked || std::ranges::none_of(workspace.contracts, has_any)) return;
  const ForeignFiles files(workspace);
  for (const model::Contract& contract : workspace.contracts) {
    for (const model::Text& named : contract.foreign_files) {
      if (files.find(contract.file, named.view()).led == Foreign::Led::to_file) continue;
      for (const std::string_view folder : {workspace.folder(contract.file), std::string_view{}}) {
        if (!folder.empty() && named.view().starts_with('/')) continue;
        const auto key = key_from(folder, named.view());
        if (key && is_file(joined(workspace.root, *key))) workspace.unread_files.insert(*key);
      }
    }
  }
}

}  // namespace mesh::workspace
