#include "core/rules/rule.hpp"

namespace mesh::rules::domain {

static void check(const Workspace& workspace, Findings& findings) {
  for (const model::Domain& domain : workspace.domains) {
    if (domain.is_listed) continue;
    Finding& finding = findings.add(Place{domain.file, domain.name_at},
                                    "`domains` in mesh.yaml names no folder like `" + domain.folder + "`");
    finding.help = "add `" + domain.folder + "`, or move the domain to where the mesh keeps its domains";
  }
}

extern const Rule unlisted{
    .id = "domain/unlisted",
    .summary = "every domain is in the list of the mesh",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::domain
