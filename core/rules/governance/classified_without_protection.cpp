#include "core/rules/classification.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::governance {

using model::PropertyKey;

static void check(const ContractDetails& contract, Findings& findings) {
  Protection protection(contract);
  for (const model::PropertyDetails& property : contract.properties) {
    const yaml::Node classification = property[PropertyKey::classification];
    if (!classification.is_string() || !is_protected_class(classification.text()) ||
        protection.is_hidden(property))
      continue;
    Finding& finding =
        findings.add(classification.span(), fmt::format("{} is {} and nothing says how it is protected",
                                                        contract.path(property), classification.text()));
    finding.label = "add `encryptedName`, or a custom property for its mask";
  }
}

extern const Rule classified_without_protection{
    .id = "governance/classified-without-protection",
    .summary = "classified columns say how they are protected",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::governance
