#include "core/model/nodes.hpp"
#include "core/model/read.hpp"

namespace mesh::model {
namespace {

using yaml::Node;

class ContractReader {
 public:
  explicit ContractReader(Pool& pool) : text_(pool) {}

  void read(Node root, Contract& contract) const {
    contract.api_version = text_.string(root.find("apiVersion")).view();
    contract.id = text_.any_scalar(find_any(root, {"id", "uuid"}));
    contract.version = text_.string(root.find("version"));
    contract.name = text_.any_scalar(find_any(root, {"name", "datasetName"}));
    contract.status = text_.string(root.find("status"));
    contract.domain = text_.any_scalar(find_any(root, {"domain", "datasetDomain"}));
    contract.data_product = text_.any_scalar(find_any(root, {"dataProduct", "quantumName"}));
    contract.tenant = text_.any_scalar(root.find("tenant"));
    contract.description = purpose(root);
    contract.sla_default_element = text_.string(find_any(root, {"slaDefaultElement", "slaDefaultColumn"}));
    contract.objects = read_list<SchemaObject>(find_any(root, {"schema", "dataset"}),
                                               [this](Node node) { return object(node); });
    contract.servers = read_list<Server>(root.find("servers"), [this](Node node) { return server(node); });
    contract.roles = named(root, "roles", "role");
    contract.support = named(root, "support", "channel");
    contract.slas = read_list<Sla>(root.find("slaProperties"), [this](Node node) { return sla(node); });
  }

 private:
  Text purpose(Node root) const {
    const auto description = find_any(root, {"description"});
    if (!description) return {};
    return text_.string(description->is_mapping() ? description->find("purpose") : description);
  }

  SchemaObject object(Node node) const {
    SchemaObject object;
    object.name = text_.any_scalar(find_any(node, {"name", "table"}));
    object.id = text_.any_scalar(node.find("id"));
    object.physical_name = text_.any_scalar(node.find("physicalName"));
    object.properties = properties(find_any(node, {"properties", "columns"}));
    object.relationships = relationships(node);
    object.at = node.span();
    return object;
  }

  std::vector<Property> properties(std::optional<Node> list) const {
    return read_list<Property>(list, [this](Node node) { return property(node); });
  }

  Property property(Node node) const {
    Property property;
    property.name = text_.any_scalar(find_any(node, {"name", "column"}));
    property.id = text_.any_scalar(node.find("id"));
    property.logical_type = text_.string(node.find("logicalType"));
    property.physical_type = text_.string(node.find("physicalType"));
    property.required = boolean(node.find("required"));
    if (const auto nullable = boolean(node.find("isNullable")); nullable && !property.required)
      property.required = !*nullable;
    property.unique = boolean(find_any(node, {"unique", "isUnique"}));
    // The examples of v2 write `isPrimary`, its schema `isPrimaryKey`.
    property.primary_key = boolean(find_any(node, {"primaryKey", "isPrimaryKey", "isPrimary"}));
    property.primary_key_position = number(node.find("primaryKeyPosition"));
    property.partition_key_position = number(node.find("partitionKeyPosition"));
    property.relationships = relationships(node);
    property.properties = properties(node.find("properties"));
    if (const auto items = node.find("items"); items && items->is_mapping())
      property.items.push_back(this->property(*items));
    if (const auto map = node.find("map"); map && map->is_mapping())
      for (const std::string_view part : {"key", "value"})
        if (const auto side = map->find(part); side && side->is_mapping())
          property.items.push_back(this->property(*side));
    property.at = node.span();
    return property;
  }

  std::vector<Relationship> relationships(Node node) const {
    return read_list<Relationship>(node.find("relationships"), [this](Node entry) {
      return Relationship{text_.string(entry.find("type")), ends(entry.find("from")), ends(entry.find("to")),
                          entry.span()};
    });
  }

  std::vector<Text> ends(std::optional<Node> node) const {
    std::vector<Text> texts;
    if (!node) return texts;
    if (node->is_string()) texts.push_back(text_.string(node));
    if (!node->is_sequence()) return texts;
    for (uint32_t i = 0; i < node->size(); ++i)
      if (node->item(i).is_string()) texts.push_back(text_.string(node->item(i)));
    return texts;
  }

  Server server(Node node) const {
    return {text_.any_scalar(node.find("server")), text_.string(node.find("type")),
            text_.string(node.find("environment")), node.span()};
  }

  Sla sla(Node node) const {
    return {text_.string(node.find("property")), text_.string(find_any(node, {"element", "column"})),
            node.span()};
  }

  std::vector<Named> named(Node root, std::string_view list, std::string_view key) const {
    return read_list<Named>(root.find(list), [&](Node node) {
      return Named{text_.any_scalar(node.find(key)), node.span()};
    });
  }

  TextReader text_;
};

}  // namespace

Contract read_contract(Node root, FileId file) {
  Contract contract;
  contract.file = file;
  contract.root = contract.first_key = root.span();
  if (!root.is_mapping()) return contract;
  if (root.size() > 0) contract.first_key = root.key(0).span();
  ContractReader(contract.pool).read(root, contract);
  read_promises(root, contract);
  return contract;
}

}  // namespace mesh::model
