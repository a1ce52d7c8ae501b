#include "core/model/nodes.hpp"
#include "core/model/read.hpp"

namespace mesh::model {
namespace {

using yaml::Node;

class ProductReader {
 public:
  explicit ProductReader(Pool& pool) : text_(pool) {}

  void read(Node root, Product& product) const {
    product.api_version = text_.string(root.find("apiVersion")).view();
    product.id = text_.any_scalar(root.find("id"));
    product.version = text_.string(root.find("version"));
    product.name = text_.any_scalar(root.find("name"));
    product.status = text_.string(root.find("status"));
    product.domain = text_.any_scalar(root.find("domain"));
    product.tenant = text_.any_scalar(root.find("tenant"));
    if (const auto description = find_any(root, {"description"}))
      product.description =
          text_.string(description->is_mapping() ? description->find("purpose") : description);
    product.inputs = ports(root, "inputPorts");
    product.outputs = ports(root, "outputPorts");
    product.management = ports(root, "managementPorts");
    product.support = read_list<Named>(root.find("support"), [this](Node node) {
      return Named{text_.any_scalar(node.find("channel")), node.span()};
    });
  }

 private:
  std::vector<Port> ports(Node root, std::string_view key) const {
    return read_list<Port>(root.find(key), [this](Node node) {
      Port port;
      port.name = text_.any_scalar(node.find("name"));
      port.version = text_.string(node.find("version"));
      port.contract_id = text_.any_scalar(node.find("contractId"));
      port.type = text_.string(node.find("type"));
      port.input_contracts = read_list<InputContract>(node.find("inputContracts"), [this](Node input) {
        return InputContract{text_.any_scalar(input.find("id")), text_.string(input.find("version")),
                             input.span()};
      });
      port.says_inputs = node.find("inputContracts").has_value();
      port.at = node.span();
      return port;
    });
  }

  TextReader text_;
};

}  // namespace

Product read_product(Node root, FileId file) {
  Product product;
  product.file = file;
  product.root = product.first_key = root.span();
  if (!root.is_mapping()) return product;
  if (root.size() > 0) product.first_key = root.key(0).span();
  ProductReader(product.pool).read(root, product);
  return product;
}

}  // namespace mesh::model
