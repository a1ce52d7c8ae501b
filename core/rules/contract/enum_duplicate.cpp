#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace mesh::rules::contract {

using model::PropertyKey;
using yaml::Node;

namespace {

// Equal as JSON values; short lists are compared pairwise.
void check_enumeration(const ContractDetails& contract, const model::PropertyDetails& property, Node list,
                       Findings& findings) {
  std::unordered_map<std::string_view, Node> seen;  // by text; kinds are compared on a hit
  seen.reserve(list.size());
  for (uint32_t i = 0; i < list.size(); ++i) {
    if (!list.item(i).is_mapping()) continue;
    const auto value = list.item(i).find("value");
    if (!value || value->is_mapping() || value->is_sequence()) continue;
    const auto [known, is_new] = seen.try_emplace(value->text(), *value);
    if (is_new || !yaml::equal(known->second, *value)) continue;
    Finding& finding = findings.add(value->span(), fmt::format("the enumeration of {} has value `{}` twice",
                                                               contract.path(property), value->text()));
    finding.label = "used a second time";
    finding.notes.push_back({"first used here", Place{findings.file(), known->second.span()}});
  }
}

void check(const ContractDetails& contract, Findings& findings) {
  for (const model::PropertyDetails& property : contract.properties)
    if (const Node list = property[PropertyKey::enumeration]; list.is_sequence() && list.size() > 1)
      check_enumeration(contract, property, list, findings);
}

}  // namespace

extern const Rule enum_duplicate{
    .id = "contract/enum-duplicate",
    .summary = "the values of an enumeration differ",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::contract
