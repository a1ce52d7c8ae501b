#include "core/find/read.hpp"

#include "core/base/strings.hpp"
#include "core/yaml/reader.hpp"

#include <algorithm>

namespace mesh::find {
namespace {

using model::ContractDetails;
using model::DocumentDetails;
using model::ObjectKey;
using model::PropertyDetails;
using model::PropertyKey;
using model::RootKey;
using yaml::Node;

std::string scalar(Node node) {
  return node.is_mapping() || node.is_sequence() ? std::string() : std::string(node.text());
}

std::string member(Node mapping, std::string_view key) {
  return mapping.is_mapping() ? scalar(mapping.find(key).value_or(Node{})) : std::string();
}

std::vector<std::string> texts(Node list) {
  std::vector<std::string> all;
  if (!list.is_sequence()) return all;
  for (uint32_t i = 0; i < list.size(); ++i)
    if (list.item(i).is_string()) all.emplace_back(list.item(i).text());
  return all;
}

bool is_true(Node node) { return node.kind() == yaml::Kind::boolean && node.boolean(); }

// Whom to ask: the team by its name, else the member who owns it.
std::string owner_of(const DocumentDetails& document) {
  const Node team = document[RootKey::team];
  if (team.is_mapping())
    if (std::string name = member(team, "name"); !name.empty()) return name;
  for (const model::Member& one : document.members) {
    if (to_lower(scalar(one[model::MemberKey::role])) != "owner") continue;
    std::string name = scalar(one[model::MemberKey::name]);
    return name.empty() ? scalar(one[model::MemberKey::username]) : name;
  }
  return {};
}

std::vector<Channel> support_of(const DocumentDetails& document) {
  std::vector<Channel> channels;
  for (const model::Channel& channel : document.support)
    channels.push_back({scalar(channel[model::ChannelKey::channel]), scalar(channel[model::ChannelKey::url]),
                        member(channel.node, "tool")});
  return channels;
}

std::string purpose_of(const DocumentDetails& document) {
  const Node description = document[RootKey::description];
  return description.is_mapping() ? member(description, "purpose") : scalar(description);
}

std::vector<Port> read_ports(const std::vector<model::PortDetails>& written) {
  using model::PortKey;
  std::vector<Port> ports;
  for (const model::PortDetails& port : written)
    ports.push_back({scalar(port[PortKey::name]), scalar(port[PortKey::version]),
                     scalar(port[PortKey::contract_id]), scalar(port[PortKey::type]),
                     scalar(port[PortKey::description])});
  return ports;
}

Column read_column(const ContractDetails& contract, const PropertyDetails& property) {
  Column column;
  column.name = contract.path(property);
  std::erase(column.name, '`');
  column.logical_type = scalar(property[PropertyKey::logical_type]);
  column.physical_type = scalar(property[PropertyKey::physical_type]);
  column.description = scalar(property[PropertyKey::description]);
  column.classification = scalar(property[PropertyKey::classification]);
  column.tags = texts(property[PropertyKey::tags]);
  column.required = is_true(property[PropertyKey::required]);
  if (const Node nullable = property[PropertyKey::nullable];
      nullable.kind() == yaml::Kind::boolean && !property.has(PropertyKey::required))
    column.required = !nullable.boolean();
  column.unique = is_true(property[PropertyKey::unique]);
  column.primary_key = is_true(property[PropertyKey::primary_key]);
  return column;
}

Table read_table(const ContractDetails& contract, const model::ObjectDetails& object) {
  Table table{scalar(object[ObjectKey::name]),
              scalar(object[ObjectKey::physical_name]),
              scalar(object[ObjectKey::description]),
              {}};
  for (uint32_t i = object.first; i < object.end; ++i) {
    Column column = read_column(contract, contract.properties[i]);
    // What an array of plain values holds says nothing that the array does not.
    const bool is_inner = contract.properties[i].place != PropertyDetails::Place::property;
    if (!is_inner || !column.classification.empty() || !column.description.empty())
      table.columns.push_back(std::move(column));
  }
  return table;
}

Server read_server(const model::ServerDetails& written) {
  using model::ServerKey;
  Server server{scalar(written[ServerKey::name]),
                scalar(written[ServerKey::type]),
                scalar(written[ServerKey::environment]),
                member(written.node, "description"),
                {}};
  for (uint32_t i = 0; i < written.node.size(); ++i) {
    const Node key = written.node.key(i), value = written.node.value(i);
    constexpr std::string_view kTold[] = {"id", "server", "type", "environment", "description"};
    if (!key.is_string() || std::ranges::find(kTold, key.text()) != std::end(kTold)) continue;
    if (std::string text = scalar(value); !text.empty())
      server.fields.emplace_back(std::string(key.text()), std::move(text));
  }
  return server;
}

}  // namespace

std::string_view Server::field(std::string_view key) const {
  const auto found = std::ranges::find(fields, key, &Field::first);
  return found == fields.end() ? std::string_view{} : std::string_view(found->second);
}

Product read_product(const model::ProductDetails& details) {
  Product product;
  product.id = scalar(details[RootKey::id]);
  product.name = scalar(details[RootKey::name]);
  product.description = purpose_of(details);
  product.usage = member(details[RootKey::description], "usage");
  product.limitations = member(details[RootKey::description], "limitations");
  product.owner = owner_of(details);
  product.status = scalar(details[RootKey::status]);
  product.version = scalar(details[RootKey::version]);
  product.tags = texts(details[RootKey::tags]);
  product.inputs = read_ports(details.inputs);
  product.outputs = read_ports(details.outputs);
  product.support = support_of(details);
  return product;
}

Contract read_contract(const model::ContractDetails& details) {
  Contract contract;
  contract.id = scalar(details[RootKey::id]);
  contract.version = scalar(details[RootKey::version]);
  contract.name = scalar(details[RootKey::name]);
  contract.status = scalar(details[RootKey::status]);
  contract.description = purpose_of(details);
  for (const model::ObjectDetails& object : details.objects)
    contract.tables.push_back(read_table(details, object));
  for (const model::SlaDetails& level : details.slas)
    contract.levels.push_back({scalar(level[model::SlaKey::property]), scalar(level[model::SlaKey::value]),
                               scalar(level[model::SlaKey::unit]), scalar(level[model::SlaKey::element])});
  contract.support = support_of(details);
  for (const model::ServerDetails& server : details.servers) contract.servers.push_back(read_server(server));
  return contract;
}

std::optional<Product> product_in(const Source& source) {
  Findings findings;
  const auto documents = yaml::read(source, findings);
  if (documents.empty() || !documents.front().root().is_mapping()) return std::nullopt;
  return read_product(model::read_product_details(documents.front().root()));
}

std::vector<Contract> contracts_in(const Source& source) {
  Findings findings;
  std::vector<Contract> contracts;
  for (const yaml::Document& document : yaml::read(source, findings))
    if (document.root().is_mapping())
      contracts.push_back(read_contract(model::read_contract_details(document.root())));
  return contracts;
}

}  // namespace mesh::find
