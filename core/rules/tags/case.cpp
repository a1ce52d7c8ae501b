#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

#include <string>

namespace mesh::rules::tags {

using yaml::Node;

static void check(const DocumentDetails& document, Findings& findings) {
  for (const Node list : document.tags) {
    for (uint32_t i = 0; i < list.size(); ++i) {
      const Node tag = list.item(i);
      if (!tag.is_string() || has_variable(tag.text())) continue;
      const std::string lower = to_lower(tag.text());
      if (lower == tag.text()) continue;
      findings.add(tag.span(), fmt::format("tag `{}` has capitals", tag.text())).label =
          fmt::format("write `{}`", lower);
    }
  }
}

extern const Rule case_{
    .id = "tags/case",
    .summary = "tags are written in lower case",
    .level = Level::off,
    .check = check,
};

}  // namespace mesh::rules::tags
