#include "core/rules/rule.hpp"
#include "core/rules/value_type.hpp"

#include <fmt/format.h>

namespace mesh::rules::contract {

using model::PropertyKey;
using yaml::Node;

namespace {

void add(const ContractDetails& contract, const model::PropertyDetails& property, Node example,
         const Misfit& misfit, Findings& findings) {
  Finding& finding = findings.add(example.span(), fmt::format("example `{}` of {} {}", example.text(),
                                                              contract.path(property), misfit.why));
  finding.label = "consumers take it for a real value";
  if (!misfit.limit.is_null())
    finding.notes.push_back({"stated here", Place{findings.file(), misfit.limit.span()}});
}

void check(const ContractDetails& contract, Findings& findings) {
  for (const model::PropertyDetails& property : contract.properties) {
    const Node examples = property[PropertyKey::examples];
    if (!examples.is_sequence() || examples.size() == 0) continue;
    const ValueType type(property);
    for (uint32_t i = 0; i < examples.size(); ++i)
      if (const auto misfit = type.misfit(examples.item(i)))
        add(contract, property, examples.item(i), *misfit, findings);
  }
}

}  // namespace

extern const Rule example_violates_type{
    .id = "contract/example-violates-type",
    .summary = "examples are values that the property may have",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::contract
