#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace mesh::rules::custom_property {

using yaml::Node;

static void check_list(Node list, Findings& findings) {
  std::map<std::pair<std::string_view, std::string_view>, Node> first;
  for (uint32_t i = 0; i < list.size(); ++i) {
    const Node entry = list.item(i);
    if (!entry.is_mapping()) continue;
    const auto name = entry.find("property"), vendor = entry.find("vendor");
    if (!name || !name->is_string()) continue;
    const auto [known, is_new] =
        first.try_emplace({vendor ? vendor->text() : std::string_view{}, name->text()}, *name);
    if (is_new) continue;
    Finding& finding =
        findings.add(name->span(), fmt::format("custom property `{}` is given twice", name->text()));
    finding.label = "used a second time";
    finding.notes.push_back({"first used here", Place{findings.file(), known->second.span()}});
  }
}

static void check(const DocumentDetails& document, Findings& findings) {
  for (const auto* lists : {&document.custom_properties, &document.arguments})
    for (const Node list : *lists)
      if (list.size() > 1) check_list(list, findings);
}

extern const Rule duplicate{
    .id = "custom-property/duplicate",
    .summary = "a custom property is given once",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::custom_property
