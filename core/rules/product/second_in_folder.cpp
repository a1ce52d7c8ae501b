#include "core/rules/rule.hpp"

#include <map>

namespace mesh::rules::product {

static void check(const Workspace& workspace, Findings& findings) {
  if (!workspace.has_mesh) return;
  std::map<std::string_view, Place> known;
  for (const Product& product : workspace.products) {
    if (!workspace.domain_of(product.file)) continue;
    const Place at{product.file, product.id ? product.id.at : product.first_key};
    const auto [first, is_new] = known.try_emplace(workspace.folder(product.file), at);
    if (is_new) continue;
    Finding& finding = findings.add(at, "two products lie in one folder");
    finding.label = "the folder's name is the key of one product";
    finding.help = "move it to a folder of its own";
    finding.notes.push_back({"the other one", first->second});
  }
}

extern const Rule second_in_folder{
    .id = "product/second-in-folder",
    .summary = "a folder holds one product",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::product
