#include "core/rules/known_contracts.hpp"
#include "core/rules/latency.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace mesh::rules::sla {

using model::Port;
using model::Sla;
using model::Text;

namespace {

struct Latency {
  const Sla* sla = nullptr;
  double seconds = 0;
};

std::vector<Latency> latencies_of(const Contract& contract) {
  std::vector<Latency> latencies;
  for (const Sla& sla : contract.slas)
    if (const auto seconds = latency_of(sla)) latencies.push_back({&sla, *seconds});
  return latencies;
}

// An input and the least latency it promises: where that differs by element, some of its data are that fresh.
struct Slowest {
  const Contract* contract = nullptr;
  Latency latency;
};

void consider(const Workspace& workspace, const Text& id, const Text& version, const Contract& output,
              Slowest& slowest) {
  if (!id) return;
  const Contract* const contract = contract_meant(workspace, id, version);
  if (!contract || contract == &output) return;
  const std::vector<Latency> latencies = latencies_of(*contract);
  const auto least = std::ranges::min_element(latencies, {}, &Latency::seconds);
  if (least != latencies.end() && (!slowest.contract || least->seconds > slowest.latency.seconds))
    slowest = {contract, *least};
}

// Of what the port is made from; a port that does not tell is made from all that its product reads.
Slowest slowest_input(const Workspace& workspace, const Product& product, const Port& port,
                      const Contract& output) {
  Slowest slowest;
  if (port.says_inputs)
    for (const model::InputContract& input : port.input_contracts)
      consider(workspace, input.id, input.version, output, slowest);
  else
    for (const Port& input : product.inputs)
      consider(workspace, input.contract_id, input.version, output, slowest);
  return slowest;
}

void check_port(const Workspace& workspace, const Product& product, const Port& port, Findings& findings) {
  if (port.says_inputs ? port.input_contracts.empty() : product.inputs.empty()) return;
  const Contract* const output = contract_meant(workspace, port.contract_id, port.version);
  const std::vector<Latency> promised = output ? latencies_of(*output) : std::vector<Latency>{};
  if (promised.empty()) return;
  const Slowest slowest = slowest_input(workspace, product, port, *output);
  if (!slowest.contract) return;
  for (const Latency& latency : promised) {
    if (latency.seconds >= slowest.latency.seconds) continue;
    Finding& finding = findings.add(
        Place{output->file, latency.sla->value.at},
        fmt::format("latency `{}` is promised, and contract `{}` that `{}` makes it from has `{}`",
                    written(*latency.sla), slowest.contract->id.view(), name_of(product),
                    written(*slowest.latency.sla)));
    finding.label = fmt::format("at least `{}`", written(*slowest.latency.sla));
    finding.help = "data cannot be fresher than what they are made from";
    finding.notes.push_back({fmt::format("the latency of `{}`", slowest.contract->id.view()),
                             Place{slowest.contract->file, slowest.latency.sla->value.at}});
    finding.notes.push_back({"output here", Place{product.file, port.contract_id.at}});
  }
}

void check(const Workspace& workspace, Findings& findings) {
  for (const Product& product : workspace.products)
    for (const Port& port : product.outputs)
      if (port.contract_id) check_port(workspace, product, port, findings);
}

}  // namespace

extern const Rule cross_port{
    .id = "sla/cross-port",
    .summary = "no output is promised fresher than its inputs",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::sla
