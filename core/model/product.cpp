#include "core/model/nodes.hpp"
#include "core/model/read.hpp"

namespace mesh::model {
namespace {

using yaml::Node;

class FactReader {
 public:
  FactReader(const ProductDetails& details, Product& product)
      : details_(details), product_(product), text_(product.pool) {}

  void read() const {
    product_.api_version = text_.string_at(details_.node, "apiVersion").view();
    product_.id = text_.any_scalar(details_[RootKey::id]);
    product_.version = text_.string(details_[RootKey::version]);
    product_.name = text_.any_scalar(details_[RootKey::name]);
    product_.status = text_.string(details_[RootKey::status]);
    product_.domain = text_.any_scalar(details_[RootKey::domain]);
    product_.tenant = text_.any_scalar(details_[RootKey::tenant]);
    const Node description = details_[RootKey::description];
    product_.description =
        description.is_mapping() ? text_.string_at(description, "purpose") : text_.string(description);
    product_.inputs = ports(details_.inputs);
    product_.outputs = ports(details_.outputs);
    product_.management = ports(details_.management);
    for (const Channel& channel : details_.support)
      product_.support.push_back({text_.any_scalar(channel[ChannelKey::channel]), channel.node.span()});
  }

 private:
  std::vector<Port> ports(const std::vector<PortDetails>& written) const {
    std::vector<Port> ports;
    ports.reserve(written.size());
    for (const PortDetails& port : written) ports.push_back(this->port(port));
    return ports;
  }

  Port port(const PortDetails& written) const {
    Port port;
    port.name = text_.any_scalar(written[PortKey::name]);
    port.version = text_.string(written[PortKey::version]);
    port.contract_id = text_.any_scalar(written[PortKey::contract_id]);
    port.type = text_.string(written[PortKey::type]);
    port.input_contracts = read_list<InputContract>(written[PortKey::input_contracts], [this](Node input) {
      return InputContract{text_.any_scalar(input.find("id").value_or(Node{})),
                           text_.string_at(input, "version"), input.span()};
    });
    port.says_inputs = written.has(PortKey::input_contracts);
    port.at = written.node.span();
    return port;
  }

  const ProductDetails& details_;
  Product& product_;
  TextReader text_;
};

}  // namespace

Product read_product(const ProductDetails& details, FileId file) {
  const Node root = details.node;
  Product product;
  product.file = file;
  product.root = product.first_key = root.span();
  if (!root.is_mapping()) return product;
  if (root.size() > 0) product.first_key = root.key(0).span();
  FactReader(details, product).read();
  return product;
}

}  // namespace mesh::model
