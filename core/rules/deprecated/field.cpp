#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <string>

namespace mesh::rules::deprecated {

using model::QualityKey;
using model::RootKey;
using yaml::Node;

namespace {

// The key as it stands in the mapping; null when it is not there.
Node key_of(Node mapping, std::string_view key) { return mapping.find_key(key).value_or(Node{}); }

void add_root(const DocumentDetails& document, std::string_view key, std::string_view since,
              std::string_view instead, Findings& findings) {
  const Node at = key_of(document.node, key);
  if (at.is_null()) return;
  findings.add(at.span(), fmt::format("`{}` is deprecated since {}", key, since)).label =
      std::string(instead);
}

void check_quality(const ContractDetails& contract, Findings& findings) {
  for (const model::QualityDetails& quality : contract.quality) {
    if (!quality.has(QualityKey::rule) ||
        !(quality.has(QualityKey::metric) || quality[QualityKey::type].text() == "library"))
      continue;
    const Node at = key_of(quality.node, "rule");
    Finding& finding = findings.add(at.span(), "`rule` of a library check is deprecated since v3.1.0");
    finding.label = "the name of the check is its `metric`";
    if (!quality.has(QualityKey::metric))
      finding.fix = Fix{"write `metric` for `rule`", true, {Edit{at.span(), "metric"}}};
  }
}

void check(const ContractDetails& contract, Findings& findings) {
  if (contract.major == 2 || !contract.node.find("apiVersion")) {
    if (!contract.has(RootKey::schema) || key_of(contract.node, "schema").is_string()) return;
    const Node at = contract.node.find("apiVersion").value_or(contract.node.key(0));
    Finding& finding = findings.add(at.span(), "version 2 of the standard was replaced by version 3");
    finding.level = Level::note;
    finding.label = "every tool of today reads v3";
    return;
  }
  if (!contract.is_before(3, 1)) {
    add_root(contract, "slaDefaultElement", "v3.1.0", "name the `element` of each service level", findings);
    if (contract[RootKey::team].is_sequence())
      add_root(contract, "team", "v3.1.0", "list them under `members` of a team", findings);
    check_quality(contract, findings);
  }
  if (!contract.is_before(3, 2))
    add_root(contract, "dataProduct", "v3.2.0",
             "the product names its contracts, not the contract its product", findings);
}

}  // namespace

extern const Rule field{
    .id = "deprecated/field",
    .summary = "nothing is used that the standard is about to drop",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::deprecated
