#include "core/rules/rule.hpp"

namespace mesh::rules::product {

static void check(const Product& product, Findings& findings) {
  if (!product.inputs.empty()) return;
  const std::string name = product.name ? product.name.str() : product.id.str();
  Finding& finding =
      findings.add(product.first_key, name.empty() ? "the product has no input port"
                                                   : "product `" + name + "` has no input port");
  finding.label = "add `inputPorts`";
  finding.help = "an input port names, by its `contractId`, what the product is made from";
}

extern const Rule no_input_port{
    .id = "product/no-input-port",
    .summary = "a product says what it is made from: it has an input port",
    .level = Level::off,
    .check = check,
};

}  // namespace mesh::rules::product
