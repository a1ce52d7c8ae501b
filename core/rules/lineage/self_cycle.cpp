#include "core/rules/known_contracts.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::lineage {

static void check(const Product& product, Findings& findings) {
  for (const model::Port& input : product.inputs) {
    if (!input.contract_id) continue;
    for (const model::Port& output : product.outputs) {
      if (!(output.contract_id == input.contract_id.view())) continue;
      Finding& finding =
          findings.add(input.contract_id.at, fmt::format("`{}` reads contract `{}`, which is its own output",
                                                         name_of(product), input.contract_id.view()));
      finding.label = "name the contract of a source";
      finding.notes.push_back({"the output", Place{findings.file(), output.contract_id.at}});
      break;
    }
  }
}

extern const Rule self_cycle{
    .id = "lineage/self-cycle",
    .summary = "a product does not read what it makes",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::lineage
