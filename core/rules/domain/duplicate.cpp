#include "core/rules/rule.hpp"

#include <map>

namespace mesh::rules::domain {

static void check(const Workspace& workspace, Findings& findings) {
  std::map<std::string_view, Place> known;
  for (const model::Domain& domain : workspace.domains) {
    // The name of one that could not be read is a guess.
    if (domain.name.empty() || workspace.files[domain.file].broken) continue;
    const Place here{domain.file, domain.name_at};
    const auto [first, is_new] = known.try_emplace(domain.name, here);
    if (is_new) continue;
    Finding& finding = findings.add(here, "two domains are called `" + domain.name + "`");
    finding.label = "used a second time";
    finding.help =
        "products of both would be published below one prefix; files of one domain that lie apart are "
        "told by an entry with `paths` in `domains` of mesh.yaml";
    finding.notes.push_back({"first used here", first->second});
  }
}

extern const Rule duplicate{
    .id = "domain/duplicate",
    .summary = "no two domains have the same name",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::domain
