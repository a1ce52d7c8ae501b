#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace mesh::rules::tags {

using yaml::Node;

static void check(const DocumentDetails& document, Findings& findings) {
  for (const Node list : document.tags) {
    std::unordered_map<std::string_view, Node> first;
    for (uint32_t i = 0; i < list.size(); ++i) {
      const Node tag = list.item(i);
      if (!tag.is_string()) continue;
      const auto [known, is_new] = first.try_emplace(tag.text(), tag);
      if (is_new) continue;
      Finding& finding = findings.add(tag.span(), fmt::format("tag `{}` is there twice", tag.text()));
      finding.label = "remove one of them";
      finding.notes.push_back({"first used here", Place{findings.file(), known->second.span()}});
    }
  }
}

extern const Rule duplicate{
    .id = "tags/duplicate",
    .summary = "a list has each tag once",
    .level = Level::off,
    .check = check,
};

}  // namespace mesh::rules::tags
