#include "core/base/strings.hpp"
#include "core/rules/replacement.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <unordered_set>

namespace mesh::rules::ref {

static void check(const Product& product, Findings& findings) {
  std::vector<std::string_view> declared;
  for (const model::Port& port : product.inputs)
    if (port.contract_id) declared.push_back(port.contract_id.view());
  const std::unordered_set<std::string_view> known(declared.begin(), declared.end());
  for (const model::Port& output : product.outputs) {
    for (const model::InputContract& input : output.input_contracts) {
      if (!input.id || known.contains(input.id.view())) continue;
      Finding& finding = findings.add(
          input.id.at,
          output.name ? fmt::format("output port `{}` is made from contract `{}`, which no input port reads",
                                    output.name.view(), input.id.view())
                      : fmt::format("contract `{}` is no input port's contract", input.id.view()));
      if (const auto near = nearest(input.id.view(), declared)) {
        finding.label = fmt::format("did you mean `{}`?", *near);
        finding.fix = replacement(input.id, *near);
      } else if (declared.size() == 1) {
        finding.label = fmt::format("the only input contract is `{}`", declared.front());
      }
      finding.help =
          "every contract under `inputContracts` is the `contractId` of one of the product's `inputPorts`";
    }
  }
}

extern const Rule input_contract_not_declared{
    .id = "ref/input-contract-not-declared",
    .summary = "output ports are made from contracts that the product's input ports read",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::ref
