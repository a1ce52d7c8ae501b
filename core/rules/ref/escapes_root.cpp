#include "core/rules/rule.hpp"
#include "core/workspace/foreign.hpp"

#include <fmt/format.h>

#include <optional>

namespace mesh::rules::ref {

using model::Text;
using workspace::Foreign;

static void check(const Workspace& workspace, Findings& findings) {
  if (!workspace.has_mesh) return;  // else the root is only the folder that was given
  std::optional<workspace::ForeignFiles> files;
  for (const Contract& contract : workspace.contracts) {
    for (const Text& named : contract.foreign_files) {
      if (!files) files.emplace(workspace);
      if (files->find(contract.file, named.view()).led != Foreign::Led::outside) continue;
      Finding& finding =
          findings.add(Place{contract.file, named.at},
                       named.view().starts_with('/')
                           ? fmt::format("`{}` is a path of one machine, not of this mesh", named.view())
                           : fmt::format("`{}` leads out of the mesh", named.view()));
      finding.label = "name a file of this mesh, or a URL";
      finding.help =
          "whoever has the mesh has all that it refers to: a contract of another mesh is named by its URL";
    }
  }
}

extern const Rule escapes_root{
    .id = "ref/escapes-root",
    .summary = "references stay within the mesh",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::ref
