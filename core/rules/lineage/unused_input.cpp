#include "core/rules/known_contracts.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace mesh::rules::lineage {

using model::Port;
using Used = std::unordered_map<std::string_view, std::vector<const model::InputContract*>>;

// What a product makes of its inputs, where all its output ports tell.
static std::optional<Used> used_by(const Product& product) {
  Used used;
  for (const Port& output : product.outputs) {
    if (!output.says_inputs) return std::nullopt;
    for (const model::InputContract& input : output.input_contracts)
      if (input.id) used[input.id.view()].push_back(&input);
  }
  // An id that no input port has is probably one of theirs, misspelt; that is told elsewhere.
  std::unordered_map<std::string_view, bool> declared;
  for (const Port& input : product.inputs)
    if (input.contract_id) declared[input.contract_id.view()] = true;
  for (const auto& [id, inputs] : used)
    if (!declared.contains(id)) return std::nullopt;
  return used;
}

static void check_product(const Workspace& workspace, const Product& product, Findings& findings) {
  const auto used = used_by(product);
  if (!used) return;
  // A version that no input port reads is told elsewhere, and may mean any of them.
  const auto is_declared = [&](const model::InputContract& input) {
    return std::ranges::any_of(product.inputs, [&](const Port& port) {
      return port.contract_id == input.id.view() &&
             may_be_same(workspace.mesh.contract_versions, port.version, input.version);
    });
  };
  for (const Port& port : product.inputs) {
    if (!port.contract_id) continue;
    const auto inputs = used->find(port.contract_id.view());
    const auto is_it = [&](const model::InputContract* input) {
      return may_be_same(workspace.mesh.contract_versions, port.version, input->version) ||
             !is_declared(*input);
    };
    if (inputs != used->end() && std::ranges::any_of(inputs->second, is_it)) continue;
    Finding& finding =
        findings.add(port.contract_id.at,
                     port.name ? fmt::format("input port `{}` feeds no output port", port.name.view())
                               : fmt::format("contract `{}` feeds no output port", port.contract_id.view()));
    finding.label = "no `inputContracts` names it";
    finding.help =
        "name it under `inputContracts` of the output ports that are made from it, or stop reading it";
  }
}

static void check(const Workspace& workspace, Findings& findings) {
  for (const Product& product : workspace.products) {
    if (product.inputs.empty() || product.outputs.empty()) continue;
    findings.within(product.file);
    check_product(workspace, product, findings);
  }
}

extern const Rule unused_input{
    .id = "lineage/unused-input",
    .summary = "what a product reads goes into something it offers",
    .level = Level::warning,
    .check = check,
    .needs_graph = false,
};

}  // namespace mesh::rules::lineage
