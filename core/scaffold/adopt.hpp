#pragma once

#include "core/scaffold/scaffold.hpp"
#include "core/workspace/workspace.hpp"

#include <string>
#include <vector>

// What `mesh adopt` writes around manifests that are there.
namespace mesh::scaffold {

// A domain as mesh.yaml lists it: a folder with a domain.yaml of its own, or a name with paths.
struct GuessedDomain {
  std::string name;                // "" for a folder with a domain.yaml
  std::vector<std::string> paths;  // relative to the root, "." for all of it
};

// The domains of a workspace that was loaded without a mesh. A folder whose documents name one domain in
// their `domain` field is that domain's, if it is called after more than what is in it or all folders in it
// name one; others are looked into, down to single files. Documents that name none go with the folder they
// are in, and are called after the first folder whose name says more than `data` or `contracts`, else after
// the mesh.
std::vector<GuessedDomain> guess_domains(const workspace::Workspace& workspace, const std::string& mesh);

// The text of mesh.yaml. `baseline`: the name of the file beside it.
std::string mesh_text(const std::string& name, const std::vector<GuessedDomain>& domains,
                      const std::string& baseline);

}  // namespace mesh::scaffold
