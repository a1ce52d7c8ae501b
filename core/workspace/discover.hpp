#pragma once

#include "core/model/facts.hpp"
#include "core/workspace/scope.hpp"

#include <string>
#include <vector>

namespace mesh::workspace {

// A file that may be a manifest, or a folder that cannot be read.
struct Candidate {
  std::string key;
  bool is_explicit = false;  // named on the command line: it always gets a verdict
  std::string failure;       // why the folder cannot be read
};

// The `*.yaml *.yml *.json` of the workspace that are neither hidden nor ignored nor links, and what was
// named explicitly. In byte order of their keys, each once. `jobs`: threads; 0: one per core.
std::vector<Candidate> discover(const Scope& scope, const model::Mesh& mesh, unsigned jobs);

}  // namespace mesh::workspace
