#include "core/model/nodes.hpp"
#include "core/model/read.hpp"
#include "core/model/reference.hpp"

#include <algorithm>
#include <array>

namespace mesh::model {
namespace {

using yaml::Node;

// What of a server tells its tables from those of others.
constexpr std::array<std::string_view, 15> kServerFields{
    "account",   "catalog", "catalogUrl", "database", "dataset",     "endpointUrl", "host",     "location",
    "namespace", "port",    "project",    "schema",   "serviceName", "warehouse",   "workspace"};

class FactReader {
 public:
  FactReader(const ContractDetails& details, Contract& contract)
      : details_(details), contract_(contract), text_(contract.pool) {}

  void read() {
    contract_.api_version = text_.string_at(details_.node, "apiVersion").view();
    contract_.id = text_.any_scalar(details_[RootKey::id]);
    contract_.version = text_.string(details_[RootKey::version]);
    contract_.name = text_.any_scalar(details_[RootKey::name]);
    contract_.status = text_.string(details_[RootKey::status]);
    contract_.domain = text_.any_scalar(details_[RootKey::domain]);
    contract_.data_product = text_.any_scalar(details_[RootKey::data_product]);
    contract_.tenant = text_.any_scalar(details_[RootKey::tenant]);
    contract_.description = purpose();
    contract_.sla_default_element = text_.string(details_[RootKey::sla_default_element]);
    contract_.objects.reserve(details_.objects.size());
    for (const ObjectDetails& written : details_.objects)
      read_object(written, contract_.objects.emplace_back());
    contract_.servers.reserve(details_.servers.size());
    for (const ServerDetails& written : details_.servers) contract_.servers.push_back(server(written));
    contract_.roles.reserve(details_.roles.size());
    for (const RoleDetails& role : details_.roles)
      contract_.roles.push_back({text_.any_scalar(role[RoleKey::role]), role.node.span()});
    contract_.support.reserve(details_.support.size());
    for (const Channel& channel : details_.support)
      contract_.support.push_back({text_.any_scalar(channel[ChannelKey::channel]), channel.node.span()});
    contract_.slas.reserve(details_.slas.size());
    for (const SlaDetails& written : details_.slas) contract_.slas.push_back(sla(written));
  }

 private:
  Text purpose() const {
    const Node description = details_[RootKey::description];
    return description.is_mapping() ? text_.string_at(description, "purpose") : text_.string(description);
  }

  void read_object(const ObjectDetails& written, SchemaObject& object) {
    object.name = text_.any_scalar(written[ObjectKey::name]);
    object.id = text_.any_scalar(written[ObjectKey::id]);
    object.physical_name = text_.any_scalar(written[ObjectKey::physical_name]);
    object.properties = properties(written.first, written.end, PropertyDetails::Place::property);
    object.relationships = relationships(written[ObjectKey::relationships]);
    object.at = written.node.span();
  }

  // Those of the range that are in nothing else of it, and at such a place.
  List<Property> properties(uint32_t begin, uint32_t end, PropertyDetails::Place place) {
    const bool direct = place == PropertyDetails::Place::property;
    const auto is_meant = [&](const PropertyDetails& written) {
      return (written.place == PropertyDetails::Place::property) == direct;
    };
    size_t count = 0;
    for (uint32_t i = begin; i < end; i = details_.properties[i].end)
      count += is_meant(details_.properties[i]);
    const List<Property> list = contract_.pool.list<Property>(count);
    Property* next = list.begin();
    for (uint32_t i = begin; i < end; i = details_.properties[i].end)
      if (is_meant(details_.properties[i])) read_property(i, *next++);
    return list;
  }

  void read_property(uint32_t index, Property& property) {
    const PropertyDetails& written = details_.properties[index];
    property.name = text_.any_scalar(written[PropertyKey::name]);
    property.logical_type = logical_type(written);
    property.required = boolean(written[PropertyKey::required]);
    if (const auto nullable = boolean(written[PropertyKey::nullable]); nullable && !property.required)
      property.required = !*nullable;
    property.unique = boolean(written[PropertyKey::unique]);
    property.primary_key = boolean(written[PropertyKey::primary_key]);
    property.at = written.node.span();
    if (index + 1 == written.end && !written.has(PropertyKey::id) && !written.has(PropertyKey::relationships))
      return;
    property.parts = contract_.pool.list<PropertyParts>(1);
    PropertyParts& parts = property.parts.front();
    parts.id = text_.any_scalar(written[PropertyKey::id]);
    if (written.has(PropertyKey::relationships))
      parts.relationships = relationships(written[PropertyKey::relationships]);
    parts.properties = properties(index + 1, written.end, PropertyDetails::Place::property);
    parts.items = properties(index + 1, written.end, PropertyDetails::Place::items);
  }

  // Hundreds of properties have the same few types: each is kept once.
  Text logical_type(const PropertyDetails& written) {
    const Node node = written[PropertyKey::logical_type];
    if (written.type == LogicalType::none || written.type == LogicalType::other) return text_.string(node);
    Text& known = types_[static_cast<size_t>(written.type)];
    if (!known) known = text_.string(node);
    Text text = known;
    text.at = node.span();
    return text;
  }

  List<Relationship> relationships(Node written) const {
    return list<Relationship>(
        written, [](Node entry) { return entry.is_mapping(); },
        [this](Node entry) {
          return Relationship{text_.string_at(entry, "type"), ends(entry.find("from").value_or(Node{})),
                              ends(entry.find("to").value_or(Node{})), entry.span()};
        });
  }

  List<Text> ends(Node written) const {
    if (written.is_string()) {
      const List<Text> one = contract_.pool.list<Text>(1);
      one.front() = text_.string(written);
      return one;
    }
    return list<Text>(
        written, [](Node entry) { return entry.is_string(); },
        [this](Node entry) { return text_.string(entry); });
  }

  // One fact for each entry of the list that has the right shape.
  template <class Fact, class IsMeant, class Read>
  List<Fact> list(Node written, const IsMeant& is_meant, const Read& read) const {
    if (!written.is_sequence()) return {};
    size_t count = 0;
    for (uint32_t i = 0; i < written.size(); ++i) count += is_meant(written.item(i));
    const List<Fact> facts = contract_.pool.list<Fact>(count);
    Fact* next = facts.begin();
    for (uint32_t i = 0; i < written.size(); ++i)
      if (is_meant(written.item(i))) *next++ = read(written.item(i));
    return facts;
  }

  Server server(const ServerDetails& written) const {
    Server server;
    server.name = text_.any_scalar(written[ServerKey::name]);
    server.type = text_.string(written[ServerKey::type]);
    server.environment = text_.string(written[ServerKey::environment]);
    for (uint32_t i = 0; i < written.node.size(); ++i) {
      const Node key = written.node.key(i);
      const auto known = std::ranges::find(kServerFields, key.text());
      if (!key.is_string() || known == kServerFields.end()) continue;
      if (const Text value = text_.any_scalar(written.node.value(i)))
        server.fields.push_back({*known, value});
    }
    server.at = written.node.span();
    return server;
  }

  Sla sla(const SlaDetails& written) const {
    return {text_.string(written[SlaKey::property]), text_.string(written[SlaKey::element]),
            text_.any_scalar(written[SlaKey::value]), text_.string(written[SlaKey::unit]),
            written.node.span()};
  }

  const ContractDetails& details_;
  Contract& contract_;
  TextReader text_;
  std::array<Text, static_cast<size_t>(LogicalType::vector) + 1> types_;
};

}  // namespace

Contract read_contract(const ContractDetails& details, FileId file) {
  const Node root = details.node;
  Contract contract;
  contract.file = file;
  contract.root = contract.first_key = root.span();
  if (!root.is_mapping()) return contract;
  if (root.size() > 0) contract.first_key = root.key(0).span();
  FactReader(details, contract).read();
  find_foreign_files(contract);
  return contract;
}

}  // namespace mesh::model
