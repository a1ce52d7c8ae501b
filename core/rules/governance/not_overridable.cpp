#include "core/base/strings.hpp"
#include "core/rules/levels.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::rules::governance {

static void add_refusal(const model::Domain& domain, const model::LevelSetting& setting, const Listed& first,
                        std::string_view status, size_t count, const model::Mesh& mesh, Findings& findings) {
  const std::string what = count == 1
                               ? fmt::format("`{}`", first.id)
                               : fmt::format("{}, `{}` among them,", count_of(count, "rule"), first.id);
  Finding& finding = findings.add(
      Place{domain.file, setting.at},
      fmt::format("domain `{}` may not loosen {} to {}", domain.name, what, name_of(setting.level)));
  if (is_fixed(first)) {
    finding.label = "always an error: a file that cannot be read cannot be checked";
    return;
  }
  finding.label = fmt::format("`{}` is {} in the mesh{}", first.id,
                              name_of(mesh_level(mesh, first, {status, domain.name})),
                              status.empty() ? "" : fmt::format(" for the status `{}`", status));
  finding.help = "a domain may tighten any rule, and loosen those that mesh.yaml lists under `overridable`";
}

static void check(const Workspace& workspace, Findings& findings) {
  const std::vector<std::string> statuses = statuses_of_interest(workspace.mesh, workspace.domains);
  for (const model::Domain& domain : workspace.domains) {
    for (const model::LevelSetting& setting : domain.rules) {
      const Listed* first = nullptr;
      std::string_view first_status;
      size_t count = 0;
      for (const Listed& rule : all_rules()) {
        const auto status = std::ranges::find_if(statuses, [&](const std::string& one) {
          return refused(workspace.mesh, domain, rule, one) == &setting;
        });
        if (status == statuses.end()) continue;
        // A glob such as `*` need not spare what can never be changed.
        if (is_fixed(rule) && setting.pattern != rule.id) continue;
        if (count++ > 0) continue;
        first = &rule;
        first_status = *status;
      }
      if (first) add_refusal(domain, setting, *first, first_status, count, workspace.mesh, findings);
    }
  }
}

extern const Rule not_overridable{
    .id = "governance/not-overridable",
    .summary = "a domain loosens only the rules that the mesh lets it loosen",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::governance
