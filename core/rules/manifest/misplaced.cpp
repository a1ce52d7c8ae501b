#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"

#include <algorithm>

namespace mesh::rules::manifest {

using schema::Standard;

static bool is_in_use(const Workspace& workspace, FileId file) {
  if (workspace.mesh.file == file) return true;
  return std::any_of(workspace.domains.begin(), workspace.domains.end(),
                     [&](const model::Domain& domain) { return domain.file == file; });
}

static void check(const Workspace& workspace, Findings& findings) {
  for (FileId id = 0; id < workspace.files.size(); ++id) {
    const Standard standard = workspace.files[id].standard;
    if ((standard != Standard::mesh && standard != Standard::domain) || is_in_use(workspace, id)) continue;
    const bool is_mesh = standard == Standard::mesh;
    Finding& finding = findings.add(
        Place{id, {}}, is_mesh
                           ? "the settings of this mesh are not in use: it is not the root of what is checked"
                           : "this domain is not in use: a domain is read from a file called domain.yaml");
    if (is_mesh)
      finding.help =
          "a mesh is the mesh.yaml at its root; run `mesh` in the folder of this one to check it as a mesh";
  }
}

extern const Rule misplaced{
    .id = "manifest/misplaced",
    .summary = "a mesh and its domains are told where they are looked for",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::manifest
