#include "core/rules/rule.hpp"

namespace mesh::rules::governance {

static void check(const Workspace& workspace, Findings& findings) {
  for (const model::OwnSchema& schema : workspace.mesh.schemas) {
    if (schema.problem.empty()) continue;
    Finding& finding = findings.add(Place{workspace.mesh.file, schema.at}, schema.problem);
    finding.label = "no document is judged by it";
    finding.help = schema.help;
  }
}

extern const Rule unusable_schema{
    .id = "governance/unusable-schema",
    .summary = "the schemas that mesh.yaml adds can be used",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::governance
