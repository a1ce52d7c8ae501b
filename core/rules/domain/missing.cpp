#include "core/rules/rule.hpp"

namespace mesh::rules::domain {

using model::RootKey;

static void check(const DocumentDetails& document, Findings& findings) {
  if (!document.node.is_mapping() || document.node.size() == 0 || document.has(RootKey::domain)) return;
  findings.add(document.node.key(0).span(), "the document names no domain").label = "add `domain`";
}

extern const Rule missing{
    .id = "domain/missing",
    .summary = "every product and contract names its domain",
    .level = Level::off,
    .check = check,
};

}  // namespace mesh::rules::domain
