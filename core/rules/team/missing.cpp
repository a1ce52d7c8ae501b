#include "core/rules/rule.hpp"

namespace mesh::rules::team {

using model::RootKey;

static void check(const DocumentDetails& document, Findings& findings) {
  if (!document.node.is_mapping() || document.node.size() == 0 || document.has(RootKey::team)) return;
  findings.add(document.node.key(0).span(), "nobody is responsible: there is no team").label = "add `team`";
}

extern const Rule missing{
    .id = "team/missing",
    .summary = "every product and contract names its team",
    .level = Level::off,
    .check = check,
};

}  // namespace mesh::rules::team
