#pragma once

#include "core/workspace/workspace.hpp"

#include <functional>
#include <string_view>
#include <vector>

// For runs that report on some files of a large mesh: the others give the facts that the graph needs, and are
// not checked, which is most of the work.
namespace mesh::workspace {

// Called from any thread. Files that govern others (mesh.yaml, domain.yaml) are checked in any case.
using IsChecked = std::function<bool(std::string_view key)>;

Result<Workspace> load(const Options& options, const IsChecked& is_checked);

// Checks these files (by FileId), which were loaded without: their findings replace those of loading.
void check_files(Workspace& workspace, const Options& options, const std::vector<FileId>& files);

}  // namespace mesh::workspace
