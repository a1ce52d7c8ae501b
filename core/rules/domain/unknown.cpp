#include "core/base/strings.hpp"
#include "core/rules/domain_names.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::rules::domain {

using model::Text;

static void check_domain(const Workspace& workspace, const Text& domain, FileId file, Findings& findings) {
  // In a domain's own folder any other name is domain/mismatch.
  if (!domain || domain.view().find("${") != std::string_view::npos || domain_holding(workspace, file))
    return;
  const std::string key = domain_key(domain.view());
  std::vector<std::string> known;
  for (const model::Domain& one : workspace.domains) known.push_back(domain_key(one.name));
  if (std::find(known.begin(), known.end(), key) != known.end()) return;
  Finding& finding =
      findings.add(Place{file, domain.at}, fmt::format("`{}` is no domain of this mesh", domain.view()));
  if (const auto near = nearest(key, known)) finding.label = fmt::format("did you mean `{}`?", *near);
  finding.help = "the domains are: " + join(known, ", ");
}

static void check_listed(const Workspace& workspace, const model::Domain& domain, Findings& findings) {
  if (!domain.is_listed) {
    Finding& finding = findings.add(Place{domain.file, domain.name_at},
                                    fmt::format("mesh.yaml does not list domain `{}`", domain.name));
    finding.label = "its folder matches nothing under `domains`";
    finding.help = fmt::format("add `{}` to `domains` in mesh.yaml", domain.folder);
  }
  const auto is_parent = [&](const model::Domain& other) { return other.name == domain.parent; };
  if (!domain.parent.empty() && std::none_of(workspace.domains.begin(), workspace.domains.end(), is_parent))
    findings.add(
        Place{domain.file, domain.name_at},
        fmt::format("the parent `{}` of domain `{}` is no domain of this mesh", domain.parent, domain.name));
}

static void check(const Workspace& workspace, Findings& findings) {
  if (!workspace.has_mesh || workspace.domains.empty()) return;
  for (const model::Domain& domain : workspace.domains) check_listed(workspace, domain, findings);
  for (const Product& product : workspace.products)
    check_domain(workspace, product.domain, product.file, findings);
  for (const Contract& contract : workspace.contracts)
    check_domain(workspace, contract.domain, contract.file, findings);
}

extern const Rule unknown{
    .id = "domain/unknown",
    .summary = "domains are those that the mesh lists",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::domain
