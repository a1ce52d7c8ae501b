#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"

namespace mesh::rules::description {

using model::RootKey;

static bool is_described(const DocumentDetails& document) {
  const yaml::Node description = document[RootKey::description];
  if (!description.is_mapping()) return description.is_string() && !trim(description.text()).empty();
  for (uint32_t i = 0; i < description.size(); ++i)
    if (const yaml::Node part = description.value(i); part.is_string() && !trim(part.text()).empty())
      return true;
  return false;
}

static void check(const DocumentDetails& document, Findings& findings) {
  if (!document.node.is_mapping() || document.node.size() == 0 || is_described(document)) return;
  findings.add(document.node.key(0).span(), "nothing says what this is for").label =
      "add `description` with a `purpose`";
}

extern const Rule missing{
    .id = "description/missing",
    .summary = "every product and contract says what it is for",
    .level = Level::off,
    .check = check,
};

}  // namespace mesh::rules::description
