#include "core/rules/known_contracts.hpp"
#include "core/rules/replacement.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace mesh::rules::ref {

using model::Port;
using Declared = std::unordered_map<std::string_view, std::vector<const Port*>>;

static void check_input(const Workspace& workspace, const model::InputContract& input, const Port& output,
                        const std::vector<const Port*>& declared, Findings& findings) {
  const auto is_it = [&](const Port* port) {
    return may_be_same(workspace.mesh.contract_versions, input.version, port->version);
  };
  if (std::ranges::any_of(declared, is_it)) return;
  const Port& nearest = *declared.back();
  Finding& finding = findings.add(
      input.version.at,
      output.name
          ? fmt::format(
                "output port `{}` is made from version `{}` of contract `{}`, which no input port reads",
                output.name.view(), input.version.view(), input.id.view())
          : fmt::format("no input port reads version `{}` of contract `{}`", input.version.view(),
                        input.id.view()));
  if (declared.size() == 1) {
    finding.label = fmt::format("the input port reads `{}`", nearest.version.view());
    finding.fix = replacement(input.version, nearest.version.view());
  }
  for (const Port* const port : declared)
    finding.notes.push_back({fmt::format("version `{}` is read here", port->version.view()),
                             Place{findings.file(), port->version.at}});
}

static void check(const Workspace& workspace, Findings& findings) {
  for (const Product& product : workspace.products) {
    const auto has_inputs = [](const Port& port) { return !port.input_contracts.empty(); };
    if (std::ranges::none_of(product.outputs, has_inputs)) continue;
    findings.within(product.file);
    Declared declared;
    for (const Port& port : product.inputs)
      if (port.contract_id) declared[port.contract_id.view()].push_back(&port);
    for (const Port& output : product.outputs) {
      for (const model::InputContract& input : output.input_contracts) {
        const auto ports = input.id ? declared.find(input.id.view()) : declared.end();
        if (ports != declared.end() && input.version)
          check_input(workspace, input, output, ports->second, findings);
      }
    }
  }
}

extern const Rule input_contract_version{
    .id = "ref/input-contract-version",
    .summary = "output ports are made from the versions that the product's input ports read",
    .level = Level::warning,
    .check = check,
    .needs_graph = false,
};

}  // namespace mesh::rules::ref
