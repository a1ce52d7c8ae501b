#include "core/rules/domain_names.hpp"
#include "core/rules/known_contracts.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/table_stores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace mesh::rules::lakehouse {

using model::SchemaObject;
using model::Text;

namespace {

const Text& physical_name(const SchemaObject& object) {
  return object.physical_name ? object.physical_name : object.name;
}

struct Claim {
  const Product* product;
  const Contract* contract;
  const Text* table;
  bool in_lakehouse;
};

class Tables {
 public:
  Tables(const Workspace& workspace, Findings& findings) : workspace_(workspace), findings_(findings) {}

  void claim(const Product& product, const Contract& contract) {
    std::unordered_set<std::string> own;  // servers of several environments may be one place
    for (const TableStore& store : table_stores(contract)) {
      if (store.place.empty()) continue;
      for (const SchemaObject& object : contract.objects) {
        const Text& table = physical_name(object);
        const std::string name = table ? store.full_name(table.view()) : std::string();
        if (name.empty()) continue;
        std::string key = store.place + " " + name;
        if (own.insert(key).second)
          claim(std::move(key), {&product, &contract, &table, is_in_lakehouse(workspace_, product.file)});
      }
    }
  }

 private:
  void claim(std::string key, const Claim& claim) {
    const auto [known, is_new] = claims_.try_emplace(std::move(key), claim);
    const Claim& first = known->second;
    if (is_new || first.product == claim.product || first.contract == claim.contract) return;
    if (!first.in_lakehouse && !claim.in_lakehouse) return;
    // Two products of one id are id/duplicate; two contracts of one id and version, too.
    if (claim.product->id && first.product->id == claim.product->id.view()) return;
    if (claim.contract->id && first.contract->id == claim.contract->id.view() && claim.contract->version &&
        first.contract->version == claim.contract->version.view())
      return;
    if (!told_.insert(claim.table).second) return;
    Finding& finding =
        findings_.add(Place{claim.contract->file, claim.table->at},
                      fmt::format("table `{}` is claimed by two products, `{}` and `{}`", claim.table->view(),
                                  name_of(*first.product), name_of(*claim.product)));
    finding.label = "claimed a second time";
    finding.help =
        "a table belongs to one product: give each a table of its own, or let one read from the other";
    finding.notes.push_back({"first claimed here", Place{first.contract->file, first.table->at}});
  }

  const Workspace& workspace_;
  Findings& findings_;
  std::unordered_map<std::string, Claim> claims_;
  std::unordered_set<const Text*> told_;
};

void check(const Workspace& workspace, Findings& findings) {
  const auto is_of_type = [](const model::Domain& domain) { return domain.type == "lakehouse"; };
  if (std::ranges::none_of(workspace.domains, is_of_type)) return;
  Tables tables(workspace, findings);
  for (const Product& product : workspace.products) {
    std::unordered_set<const Contract*> outputs;
    for (const model::Port& port : product.outputs) {
      if (!port.contract_id) continue;
      const Contract* const contract = contract_meant(workspace, port.contract_id, port.version);
      if (contract && outputs.insert(contract).second) tables.claim(product, *contract);
    }
  }
}

}  // namespace

extern const Rule table_claimed_twice{
    .id = "lakehouse/table-claimed-twice",
    .summary = "a table of the lakehouse belongs to one product",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::lakehouse
