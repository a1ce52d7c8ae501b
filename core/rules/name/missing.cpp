#include "core/rules/rule.hpp"

namespace mesh::rules::name {

using model::RootKey;

static void check(const DocumentDetails& document, Findings& findings) {
  if (!document.node.is_mapping() || document.node.size() == 0 || document.has(RootKey::name)) return;
  findings.add(document.node.key(0).span(), "the document has no name").label = "add `name`";
}

extern const Rule missing{
    .id = "name/missing",
    .summary = "every product and contract has a name",
    .level = Level::off,
    .check = check,
};

}  // namespace mesh::rules::name
