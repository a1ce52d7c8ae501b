#include "core/base/strings.hpp"
#include "core/rules/domain_names.hpp"
#include "core/rules/replacement.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace mesh::rules::domain {

using model::Domain;
using model::Text;

namespace {

// The domains of a mesh by their names.
class Known {
 public:
  explicit Known(const Workspace& workspace) {
    for (const Domain& domain : workspace.domains) {
      if (domain.name.empty()) continue;
      std::string key = domain_key(domain.name);
      if (by_key_.emplace(key, &domain).second) keys_.push_back(std::move(key));
    }
  }
  bool has(std::string_view name) const { return by_key_.contains(domain_key(name)); }
  const Domain* nearest_to(std::string_view name) const {
    const auto near = nearest(domain_key(name), keys_);
    return near ? by_key_.at(*near) : nullptr;
  }
  std::string listed() const {
    constexpr size_t kMost = 12;
    if (keys_.size() <= kMost) return join(keys_, ", ");
    return join(std::span(keys_).first(kMost), ", ") + fmt::format(" and {} more", keys_.size() - kMost);
  }

 private:
  std::vector<std::string> keys_;
  std::unordered_map<std::string, const Domain*> by_key_;
};

void suggest(Finding& finding, const Known& known, std::string_view name) {
  const Domain* const near = known.nearest_to(name);
  if (!near) return;
  finding.label = fmt::format("did you mean `{}`?", near->name);
  finding.notes.push_back({fmt::format("domain `{}`", near->name), Place{near->file, near->name_at}});
}

void check_field(const Workspace& workspace, const Known& known, const Text& domain, FileId file,
                 Findings& findings) {
  // In a domain's own folder any other name is domain/mismatch.
  if (!domain || domain.view().find("${") != std::string_view::npos || domain_holding(workspace, file) ||
      known.has(domain.view()))
    return;
  Finding& finding =
      findings.add(Place{file, domain.at}, fmt::format("`{}` is no domain of this mesh", domain.view()));
  suggest(finding, known, domain.view());
  if (const Domain* const near = known.nearest_to(domain.view()))
    finding.fix = replacement(domain, near->name);
  finding.help = "the domains are: " + known.listed();
}

void check_domain(const Known& known, const Domain& domain, Findings& findings) {
  if (!domain.is_listed) {
    Finding& finding = findings.add(Place{domain.file, domain.name_at},
                                    fmt::format("mesh.yaml does not list domain `{}`", domain.name));
    finding.label = "its folder matches nothing under `domains`";
    finding.help = fmt::format("add `{}` to `domains` in mesh.yaml", domain.folder);
  }
  if (domain.parent.empty() || known.has(domain.parent)) return;
  Finding& finding = findings.add(
      Place{domain.file, domain.parent_at},
      fmt::format("the parent `{}` of domain `{}` is no domain of this mesh", domain.parent, domain.name));
  suggest(finding, known, domain.parent);
}

void check(const Workspace& workspace, Findings& findings) {
  if (!workspace.has_mesh || workspace.domains.empty()) return;
  const Known known(workspace);
  for (const Domain& domain : workspace.domains) check_domain(known, domain, findings);
  for (const Product& product : workspace.products)
    check_field(workspace, known, product.domain, product.file, findings);
  for (const Contract& contract : workspace.contracts)
    check_field(workspace, known, contract.domain, contract.file, findings);
}

}  // namespace

extern const Rule unknown{
    .id = "domain/unknown",
    .summary = "domains are those that the mesh lists",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::domain
