#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"

#include <algorithm>

namespace mesh::rules::manifest {

using schema::Standard;

static bool is_in_use(const Workspace& workspace, FileId file) {
  const auto is_it = [&](const auto& settings) { return settings.file == file; };
  return workspace.mesh.file == file || std::ranges::any_of(workspace.domains, is_it) ||
         std::ranges::any_of(workspace.waivers, is_it);
}

static std::string message_for(Standard standard) {
  switch (standard) {
    case Standard::mesh:
      return "the settings of this mesh are not in use: it is not the root of what is checked";
    case Standard::waivers:
      return "these waivers are not in use: they are read from a file called waivers.yaml, at the root of a "
             "mesh or in the folder of a domain";
    default:
      return "this domain is not in use: a domain is read from a file called domain.yaml";
  }
}

static void check(const Workspace& workspace, Findings& findings) {
  for (FileId id = 0; id < workspace.files.size(); ++id) {
    const Standard standard = workspace.files[id].standard;
    if (!schema::is_own(standard) || is_in_use(workspace, id)) continue;
    Finding& finding = findings.add(Place{id, {}}, message_for(standard));
    if (standard == Standard::mesh)
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
