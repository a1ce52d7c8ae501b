#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"

#include <algorithm>

namespace mesh::rules::governance {

static void check_settings(const Workspace& workspace, const std::vector<model::LevelSetting>& settings,
                           FileId file, Findings& findings) {
  std::vector<std::string> known;
  for (const model::Domain& domain : workspace.domains) known.push_back(domain.name);
  for (const model::LevelSetting& setting : settings) {
    for (const std::string& name : setting.domains) {
      if (std::ranges::find(known, name) != known.end()) continue;
      Finding& finding = findings.add(
          Place{file, setting.domains_at},
          "the mesh has no domain `" + name + "`, so this level of `" + setting.pattern + "` is not set");
      if (const auto near = nearest(name, known)) finding.label = "did you mean `" + *near + "`?";
    }
  }
}

static void check(const Workspace& workspace, Findings& findings) {
  check_settings(workspace, workspace.mesh.rules, workspace.mesh.file, findings);
  for (const model::Domain& domain : workspace.domains)
    check_settings(workspace, domain.rules, domain.file, findings);
}

extern const Rule unknown_domain{
    .id = "governance/unknown-domain",
    .summary = "levels are set for domains that exist",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::governance
