#pragma once

#include "core/workspace/workspace.hpp"

#include <functional>
#include <string>
#include <vector>

// Files as data: whatever their names, whatever stands in them, and nothing that was not named.
namespace mesh::workspace {

struct DataOptions {
  std::vector<std::string> paths;  // files; `-` is standard input
  unsigned jobs = 0;               // threads; 0: one per core
  yaml::Limits limits;
  // Called for every document while its tree is alive, from any thread; findings belong to the document's
  // file.
  std::function<void(yaml::Node root, Findings&)> judge;
};

// A workspace of these files and no graph, each read once however often it is named. JSON when the name ends
// in
// `.json`, YAML otherwise. not_found: a path that is not there; usage: a folder.
Result<Workspace> load_data(const DataOptions& options);

}  // namespace mesh::workspace
