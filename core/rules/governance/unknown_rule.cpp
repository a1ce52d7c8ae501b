#include "core/rules/levels.hpp"
#include "core/rules/rule.hpp"

#include <algorithm>

namespace mesh::rules::governance {

static void check_settings(const std::vector<model::LevelSetting>& settings, FileId file,
                           Findings& findings) {
  const std::vector<Listed>& rules = all_rules();
  for (const model::LevelSetting& setting : settings) {
    const auto matches = [&](const Listed& rule) { return matches_rule(setting.pattern, rule.id); };
    if (std::any_of(rules.begin(), rules.end(), matches)) continue;
    Finding& finding = findings.add(Place{file, setting.at},
                                    "no rule matches `" + setting.pattern + "`, so this sets nothing");
    if (const auto near = nearest_pattern(setting.pattern)) finding.label = "did you mean `" + *near + "`?";
    finding.help = "`mesh rules` lists all rules";
  }
}

static void check(const Workspace& workspace, Findings& findings) {
  check_settings(workspace.mesh.rules, workspace.mesh.file, findings);
  for (const model::Domain& domain : workspace.domains) check_settings(domain.rules, domain.file, findings);
}

extern const Rule unknown_rule{
    .id = "governance/unknown-rule",
    .summary = "levels are set for rules that exist",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::governance
