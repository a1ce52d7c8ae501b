#include "core/base/strings.hpp"
#include "core/model/read.hpp"
#include "core/rules/rule.hpp"

namespace mesh::rules::product {

static void check(const Workspace& workspace, Findings& findings) {
  if (!workspace.has_mesh) return;
  for (const Product& product : workspace.products) {
    const std::string_view key = workspace.product_key(product);
    if (!workspace.domain_of(product.file) || (model::is_slug(key) && !model::is_reserved(key))) continue;
    const std::string shown = printable(key);
    const Place at{product.file, product.id ? product.id.at : product.first_key};
    if (model::is_reserved(key)) {
      findings.add(at, "the folder of this product cannot be called `" + shown + "`: the name is reserved")
          .label = "published under the name of its folder";
      continue;
    }
    Finding& finding = findings.add(at, "the folder `" + shown + "` cannot be the key of a product");
    finding.label = "published under the name of its folder";
    finding.help =
        "call the folder by lower-case letters and digits with single `-` between them, at most 63";
  }
}

extern const Rule key{
    .id = "product/key",
    .summary = "the folder of a product has a name that it can be published under",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::product
