#include "core/rules/rule.hpp"

namespace mesh::rules::product {

static void check(const Product& product, Findings& findings) {
  if (!product.outputs.empty()) return;
  const std::string name = product.name ? product.name.str() : product.id.str();
  Finding& finding =
      findings.add(product.first_key, name.empty() ? "the product has no output port"
                                                   : "product `" + name + "` has no output port");
  finding.label = "add `outputPorts`";
  finding.help =
      "an output port names what consumers can use and, by its `contractId`, what it promises them";
}

extern const Rule no_output_port{
    .id = "product/no-output-port",
    .summary = "a product offers something: it has an output port",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::product
