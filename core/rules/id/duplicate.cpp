#include "core/rules/known_contracts.hpp"
#include "core/rules/rule.hpp"

#include <map>

namespace mesh::rules::id {

using model::Text;

static void add_duplicate(const Text& id, FileId file, const Place& first, std::string message,
                          std::string help, Findings& findings) {
  Finding& finding = findings.add(Place{file, id.at}, std::move(message));
  finding.label = "used a second time";
  finding.help = std::move(help);
  finding.notes.push_back({"first used here", first});
}

static void check_contracts(const Workspace& workspace, Findings& findings) {
  for (const auto& [id, indices] : workspace.contracts_by_id) {
    if (indices.size() < 2) continue;
    std::map<std::string, Place> versions;
    for (const uint32_t index : indices) {
      const Contract& contract = workspace.contracts[index];
      if (!contract.version) continue;
      const auto [known, is_new] = versions.try_emplace(canonical_version(contract.version.view()),
                                                        Place{contract.file, contract.id.at});
      if (is_new) continue;
      add_duplicate(
          contract.id, contract.file, known->second,
          "two contracts have the id `" + contract.id.str() + "` and the version `" + contract.version.str() +
              "`",
          "give one of them an id of its own, or a version of its own if both are the same contract",
          findings);
    }
  }
}

static void check_products(const Workspace& workspace, Findings& findings) {
  std::map<std::string_view, Place> products;
  for (const Product& product : workspace.products) {
    if (!product.id) continue;
    const auto [known, is_new] = products.try_emplace(product.id.view(), Place{product.file, product.id.at});
    if (is_new) continue;
    add_duplicate(
        product.id, product.file, known->second, "two products have the id `" + product.id.str() + "`",
        "give each product an id of its own: consumers and catalogs tell products apart by it", findings);
  }
}

static void check(const Workspace& workspace, Findings& findings) {
  check_contracts(workspace, findings);
  check_products(workspace, findings);
}

extern const Rule duplicate{
    .id = "id/duplicate",
    .summary = "no two products share an id, no two contracts an id and a version",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::id
