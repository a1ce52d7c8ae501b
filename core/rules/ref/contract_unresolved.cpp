#include "core/rules/known_contracts.hpp"
#include "core/rules/replacement.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <unordered_set>

namespace mesh::rules::ref {

using model::Text;

namespace {

class Check {
 public:
  Check(const Workspace& workspace, Findings& findings)
      : workspace_(workspace), findings_(findings), nearest_(workspace) {}

  void look_up(const Text& id) {
    if (!id || id.size() == 0 || workspace_.contracts_by_id.contains(id.view())) return;
    if (is_external(workspace_, id.view())) return tell_external(id);
    if (is_beyond(workspace_, id.view())) return;
    const std::string_view where = workspace_.has_mesh ? "in this mesh" : "among these files";
    Finding& finding = findings_.add(id.at, fmt::format("contract `{}` is not {}", id.view(), where));
    if (const Contract* const near = nearest_(id.view())) {
      finding.label = fmt::format("did you mean `{}`?", near->id.view());
      finding.fix = replacement(id, near->id.view());
      finding.notes.push_back({fmt::format("`{}` is here", near->id.view()), Place{near->file, near->id.at}});
    } else if (is_product_id(id)) {
      finding.label = "this is the id of a product: a port names a contract";
    }
    finding.help =
        workspace_.has_mesh
            ? "add the contract, or list its id under `externals` in mesh.yaml if it lives elsewhere"
            : "check the id, or include the folder that holds the contract";
  }

 private:
  void tell_external(const Text& id) {
    Finding& finding =
        findings_.add(id.at, fmt::format("contract `{}` lives elsewhere and was not looked up", id.view()));
    finding.level = Level::warning;
    finding.help =
        "mesh.yaml lists it under `externals`: whether it still exists is not checked without a network";
  }

  bool is_product_id(const Text& id) {
    if (product_ids_.empty())
      for (const Product& product : workspace_.products)
        if (product.id) product_ids_.insert(product.id.view());
    return product_ids_.contains(id.view());
  }

  const Workspace& workspace_;
  Findings& findings_;
  NearestContract nearest_;
  std::unordered_set<std::string_view> product_ids_;
};

void check(const Workspace& workspace, Findings& findings) {
  Check check(workspace, findings);
  for (const Product& product : workspace.products) {
    findings.within(product.file);
    for (const Input& input : inputs_of(product)) check.look_up(*input.id);
    for (const model::Port& port : product.outputs) check.look_up(port.contract_id);
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
