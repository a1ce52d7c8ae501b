#include "core/base/strings.hpp"
#include "core/rules/known_contracts.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace mesh::rules::ref {

using model::Text;

namespace {

std::vector<std::string_view> known_ids(const Workspace& workspace) {
  std::vector<std::string_view> ids;
  for (const Contract& contract : workspace.contracts)
    if (contract.id) ids.push_back(contract.id.view());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

bool is_product_id(const Workspace& workspace, const Text& id) {
  return std::any_of(workspace.products.begin(), workspace.products.end(),
                     [&](const Product& product) { return product.id == id.view(); });
}

class Check {
 public:
  Check(const Workspace& workspace, Findings& findings) : workspace_(workspace), findings_(findings) {}

  void look_up(const Text& id) {
    if (!id || id.size == 0 || workspace_.contracts_by_id.contains(id.view()) ||
        is_beyond(workspace_, id.view()))
      return;
    const std::string_view where = workspace_.has_mesh ? "in this mesh" : "among these files";
    Finding& finding = findings_.add(id.at, fmt::format("contract `{}` is not {}", id.view(), where));
    if (const auto near = nearest_id(id.view())) {
      finding.label = fmt::format("did you mean `{}`?", *near);
    } else if (is_product_id(workspace_, id)) {
      finding.label = "this is the id of a product: a port names a contract";
    }
    finding.help =
        workspace_.has_mesh
            ? "add the contract, or list its id under `externals` in mesh.yaml if it lives elsewhere"
            : "check the id, or include the folder that holds the contract";
  }

 private:
  // Comparing with every id is slow: when this many ids are unknown, something else is wrong than their
  // spelling.
  static constexpr size_t kMostCompared = 200;

  std::optional<std::string_view> nearest_id(std::string_view id) {
    if (!ids_) ids_ = known_ids(workspace_);
    const auto known = nearest_.find(id);
    if (known != nearest_.end()) return known->second;
    if (nearest_.size() >= kMostCompared) return std::nullopt;
    return nearest_[id] = nearest(id, *ids_);
  }

  const Workspace& workspace_;
  Findings& findings_;
  std::optional<std::vector<std::string_view>> ids_;
  std::map<std::string_view, std::optional<std::string_view>> nearest_;
};

bool is_declared(const Product& product, const Text& id) {
  return std::any_of(product.inputs.begin(), product.inputs.end(),
                     [&](const model::Port& port) { return port.contract_id == id.view(); });
}

void check(const Workspace& workspace, Findings& findings) {
  Check check(workspace, findings);
  for (const Product& product : workspace.products) {
    findings.within(product.file);
    for (const model::Port& port : product.inputs) check.look_up(port.contract_id);
    for (const model::Port& port : product.outputs) {
      check.look_up(port.contract_id);
      for (const model::InputContract& input : port.input_contracts)
        if (!is_declared(product, input.id)) check.look_up(input.id);  // else the input port has said it
    }
  }
}

}  // namespace

extern const Rule contract_unresolved{
    .id = "ref/contract-unresolved",
    .summary = "the contracts that ports name exist",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::ref
