#include "core/model/details.hpp"

#include "core/base/strings.hpp"

#include <array>
#include <charconv>

namespace mesh::model {

using yaml::Node;

namespace {

constexpr KeyName<RootKey> kRootRows[] = {
    {"id", RootKey::id},
    {"uuid", RootKey::id, true},
    {"version", RootKey::version},
    {"name", RootKey::name},
    {"datasetName", RootKey::name, true},
    {"status", RootKey::status},
    {"domain", RootKey::domain},
    {"datasetDomain", RootKey::domain, true},
    {"tenant", RootKey::tenant},
    {"dataProduct", RootKey::data_product},
    {"quantumName", RootKey::data_product, true},
    {"description", RootKey::description},
    {"tags", RootKey::tags},
    {"team", RootKey::team},
    {"stakeholders", RootKey::team, true},
    {"support", RootKey::support},
    {"price", RootKey::price},
    {"schema", RootKey::schema},
    {"dataset", RootKey::schema, true},
    {"servers", RootKey::servers},
    {"roles", RootKey::roles},
    {"slaDefaultElement", RootKey::sla_default_element},
    {"slaDefaultColumn", RootKey::sla_default_element, true},
    {"slaProperties", RootKey::sla_properties},
    {"customProperties", RootKey::custom_properties},
    {"authoritativeDefinitions", RootKey::definitions},
    {"contractCreatedTs", RootKey::created},
    {"productCreatedTs", RootKey::created},
    {"inputPorts", RootKey::input_ports},
    {"outputPorts", RootKey::output_ports},
    {"managementPorts", RootKey::management_ports},
};
constexpr KeyTable kRootKeys(kRootRows);

constexpr KeyName<MemberKey> kMemberRows[] = {
    {"username", MemberKey::username},
    {"name", MemberKey::name},
    {"role", MemberKey::role},
    {"dateIn", MemberKey::date_in},
    {"dateOut", MemberKey::date_out},
    {"replacedByUsername", MemberKey::replaced_by},
    {"tags", MemberKey::tags},
    {"customProperties", MemberKey::custom_properties},
    {"authoritativeDefinitions", MemberKey::definitions},
};
constexpr KeyTable kMemberKeys(kMemberRows);

constexpr KeyName<ChannelKey> kChannelRows[] = {
    {"channel", ChannelKey::channel},
    {"url", ChannelKey::url},
    {"customProperties", ChannelKey::custom_properties},
};
constexpr KeyTable kChannelKeys(kChannelRows);

constexpr KeyName<ObjectKey> kObjectRows[] = {
    {"name", ObjectKey::name},
    {"table", ObjectKey::name, true},
    {"id", ObjectKey::id},
    {"physicalName", ObjectKey::physical_name},
    {"physicalType", ObjectKey::physical_type},
    {"logicalType", ObjectKey::logical_type},
    {"description", ObjectKey::description},
    {"properties", ObjectKey::properties},
    {"columns", ObjectKey::properties, true},
    {"relationships", ObjectKey::relationships},
    {"quality", ObjectKey::quality},
    {"tags", ObjectKey::tags},
    {"customProperties", ObjectKey::custom_properties},
    {"authoritativeDefinitions", ObjectKey::definitions},
};
constexpr KeyTable kObjectKeys(kObjectRows);

constexpr KeyName<PropertyKey> kPropertyRows[] = {
    {"name", PropertyKey::name},
    {"column", PropertyKey::name, true},
    {"id", PropertyKey::id},
    {"physicalName", PropertyKey::physical_name},
    {"physicalType", PropertyKey::physical_type},
    {"logicalType", PropertyKey::logical_type},
    {"logicalTypeOptions", PropertyKey::options},
    {"description", PropertyKey::description},
    {"required", PropertyKey::required},
    {"isNullable", PropertyKey::nullable},
    {"unique", PropertyKey::unique},
    {"isUnique", PropertyKey::unique, true},
    {"primaryKey", PropertyKey::primary_key},
    // The examples of v2 write `isPrimary`, its schema `isPrimaryKey`.
    {"isPrimaryKey", PropertyKey::primary_key, true},
    {"isPrimary", PropertyKey::primary_key, true},
    {"primaryKeyPosition", PropertyKey::primary_key_position},
    {"partitioned", PropertyKey::partitioned},
    {"partitionStatus", PropertyKey::partitioned, true},
    {"partitionKeyPosition", PropertyKey::partition_key_position},
    {"classification", PropertyKey::classification},
    {"encryptedName", PropertyKey::encrypted_name},
    {"encryptedColumnName", PropertyKey::encrypted_name, true},
    {"examples", PropertyKey::examples},
    {"sampleValues", PropertyKey::examples, true},
    {"enum", PropertyKey::enumeration},
    {"properties", PropertyKey::properties},
    {"items", PropertyKey::items},
    {"map", PropertyKey::map},
    {"relationships", PropertyKey::relationships},
    {"quality", PropertyKey::quality},
    {"tags", PropertyKey::tags},
    {"customProperties", PropertyKey::custom_properties},
    {"authoritativeDefinitions", PropertyKey::definitions},
};
constexpr KeyTable kPropertyKeys(kPropertyRows);

constexpr KeyName<QualityKey> kQualityRows[] = {
    {"type", QualityKey::type},
    {"metric", QualityKey::metric},
    {"rule", QualityKey::rule},
    {"query", QualityKey::query},
    {"engine", QualityKey::engine},
    {"implementation", QualityKey::implementation},
    {"scheduler", QualityKey::scheduler},
    {"schedule", QualityKey::schedule},
    {"unit", QualityKey::unit},
    {"arguments", QualityKey::arguments},
    {"mustBe", QualityKey::must_be},
    {"mustNotBe", QualityKey::must_not_be},
    {"mustBeGreaterThan", QualityKey::must_be_greater_than},
    {"mustBeGreaterOrEqualTo", QualityKey::must_be_greater_or_equal_to},
    {"mustBeLessThan", QualityKey::must_be_less_than},
    {"mustBeLessOrEqualTo", QualityKey::must_be_less_or_equal_to},
    {"mustBeBetween", QualityKey::must_be_between},
    {"mustNotBeBetween", QualityKey::must_not_be_between},
    {"tags", QualityKey::tags},
    {"customProperties", QualityKey::custom_properties},
    {"authoritativeDefinitions", QualityKey::definitions},
};
constexpr KeyTable kQualityKeys(kQualityRows);

constexpr KeyName<ServerKey> kServerRows[] = {
    {"server", ServerKey::name},
    {"type", ServerKey::type},
    {"environment", ServerKey::environment},
    {"location", ServerKey::location},
    {"roles", ServerKey::roles},
    {"customProperties", ServerKey::custom_properties},
};
constexpr KeyTable kServerKeys(kServerRows);

constexpr KeyName<RoleKey> kRoleRows[] = {
    {"role", RoleKey::role},
    {"access", RoleKey::access},
    {"firstLevelApprovers", RoleKey::first_approvers},
    {"secondLevelApprovers", RoleKey::second_approvers},
    {"customProperties", RoleKey::custom_properties},
};
constexpr KeyTable kRoleKeys(kRoleRows);

constexpr KeyName<SlaKey> kSlaRows[] = {
    {"property", SlaKey::property},
    {"value", SlaKey::value},
    {"valueExt", SlaKey::value_ext},
    {"unit", SlaKey::unit},
    {"element", SlaKey::element},
    {"column", SlaKey::element, true},
    {"driver", SlaKey::driver},
    {"scheduler", SlaKey::scheduler},
    {"schedule", SlaKey::schedule},
    {"customProperties", SlaKey::custom_properties},
    {"authoritativeDefinitions", SlaKey::definitions},
};
constexpr KeyTable kSlaKeys(kSlaRows);

constexpr KeyName<PortKey> kPortRows[] = {
    {"name", PortKey::name},
    {"version", PortKey::version},
    {"contractId", PortKey::contract_id},
    {"type", PortKey::type},
    {"description", PortKey::description},
    {"tags", PortKey::tags},
    {"customProperties", PortKey::custom_properties},
    {"authoritativeDefinitions", PortKey::definitions},
    {"inputContracts", PortKey::input_contracts},
};
constexpr KeyTable kPortKeys(kPortRows);

void read_api_version(Node root, DocumentDetails& details) {
  const auto written = root.is_mapping() ? root.find("apiVersion") : std::nullopt;
  std::string_view text = written && written->is_string() ? written->text() : std::string_view{};
  if (text.starts_with('v')) text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  const auto [dot, error] = std::from_chars(text.data(), end, details.major);
  if (error == std::errc{} && dot != end && *dot == '.') std::from_chars(dot + 1, end, details.minor);
}

// Goes through a document and files every record where rules look for it.
class Reader {
 public:
  explicit Reader(DocumentDetails& document) : document_(document) {}

  void read_common() {
    keep_lists(document_);
    const Node description = document_[RootKey::description];
    if (description.is_mapping()) {
      keep(description.find("customProperties"), document_.custom_properties);
      keep(description.find("authoritativeDefinitions"), document_.definitions);
    }
    const Node team = document_[RootKey::team];
    if (team.is_mapping()) {
      keep(team.find("tags"), document_.tags);
      keep(team.find("customProperties"), document_.custom_properties);
      keep(team.find("authoritativeDefinitions"), document_.definitions);
      read_list(team.find("members").value_or(Node{}), kMemberKeys, document_.members);
    } else {
      read_list(team, kMemberKeys, document_.members);
    }
    for (const Member& member : document_.members) keep_lists(member);
    read_list(document_[RootKey::support], kChannelKeys, document_.support);
    for (const Channel& channel : document_.support)
      keep(channel[ChannelKey::custom_properties], document_.custom_properties);
  }

  template <class Row, class Table>
  void read_list(Node list, const Table& keys, std::vector<Row>& rows) {
    if (!list.is_sequence()) return;
    rows.reserve(list.size());
    for (uint32_t i = 0; i < list.size(); ++i)
      if (list.item(i).is_mapping()) rows.emplace_back(list.item(i), keys);
  }

  void keep(Node list, std::vector<Node>& lists) {
    if (list.is_sequence() && list.size() > 0) lists.push_back(list);
  }
  void keep(std::optional<Node> list, std::vector<Node>& lists) {
    if (list) keep(*list, lists);
  }

  // The three lists that nearly every part of a document may have.
  template <class Key>
  void keep_lists(const Record<Key>& record) {
    if (record.has(Key::tags)) keep(record[Key::tags], document_.tags);
    if (record.has(Key::custom_properties)) keep(record[Key::custom_properties], document_.custom_properties);
    if (record.has(Key::definitions)) keep(record[Key::definitions], document_.definitions);
  }

 private:
  DocumentDetails& document_;
};

class ContractReader : Reader {
 public:
  explicit ContractReader(ContractDetails& contract) : Reader(contract), contract_(contract) {}

  void read() {
    read_common();
    read_objects(contract_[RootKey::schema]);
    read_list(contract_[RootKey::servers], kServerKeys, contract_.servers);
    for (const ServerDetails& server : contract_.servers)
      keep(server[ServerKey::custom_properties], contract_.custom_properties);
    read_list(contract_[RootKey::roles], kRoleKeys, contract_.roles);
    for (const RoleDetails& role : contract_.roles)
      keep(role[RoleKey::custom_properties], contract_.custom_properties);
    read_list(contract_[RootKey::sla_properties], kSlaKeys, contract_.slas);
    for (const SlaDetails& sla : contract_.slas) {
      keep(sla[SlaKey::custom_properties], contract_.custom_properties);
      keep(sla[SlaKey::definitions], contract_.definitions);
    }
    read_primary_keys();
  }

 private:
  void read_objects(Node list) {
    read_list(list, kObjectKeys, contract_.objects);
    size_t count = 0;
    for (const ObjectDetails& object : contract_.objects) count += object[ObjectKey::properties].size();
    contract_.properties.reserve(2 * count);  // some have others inside
    for (uint32_t i = 0; i < contract_.objects.size(); ++i) {
      ObjectDetails& object = contract_.objects[i];
      keep_lists(object);
      read_quality(object[ObjectKey::quality], i, kNoIndex);
      object.first = static_cast<uint32_t>(contract_.properties.size());
      read_properties(object[ObjectKey::properties], i, kNoIndex);
      object.end = static_cast<uint32_t>(contract_.properties.size());
    }
  }

  void read_properties(Node list, uint32_t object, uint32_t parent) {
    if (!list.is_sequence()) return;
    for (uint32_t i = 0; i < list.size(); ++i)
      read_property(list.item(i), PropertyDetails::Place::property, object, parent);
  }

  void read_property(Node node, PropertyDetails::Place place, uint32_t object, uint32_t parent) {
    if (!node.is_mapping()) return;
    const auto index = static_cast<uint32_t>(contract_.properties.size());
    PropertyDetails& added = contract_.properties.emplace_back(node, kPropertyKeys);
    added.place = place;
    added.type = logical_type(added[PropertyKey::logical_type]);
    added.object = object;
    added.parent = parent;
    keep_lists(added);
    // The list may move while it grows.
    const auto value = [&](PropertyKey key) { return contract_.properties[index][key]; };
    read_quality(value(PropertyKey::quality), object, index);
    read_properties(value(PropertyKey::properties), object, index);
    read_property(value(PropertyKey::items), PropertyDetails::Place::items, object, index);
    if (const Node map = value(PropertyKey::map); map.is_mapping()) {
      read_property(map.find("key").value_or(Node{}), PropertyDetails::Place::key, object, index);
      read_property(map.find("value").value_or(Node{}), PropertyDetails::Place::value, object, index);
    }
    contract_.properties[index].end = static_cast<uint32_t>(contract_.properties.size());
  }

  uint32_t list_around(uint32_t index) const {
    const auto& all = contract_.properties;
    while (index != kNoIndex && all[index].place == PropertyDetails::Place::property)
      index = all[index].parent;
    return index;
  }

  void read_primary_keys() {
    constexpr size_t kNone = SIZE_MAX;
    // The key of each list of columns: those of items and maps by their property, those of objects behind
    // them.
    std::vector<size_t> key_of;
    const auto count = static_cast<uint32_t>(contract_.properties.size());
    for (uint32_t i = 0; i < count; ++i) {
      const PropertyDetails& property = contract_.properties[i];
      if (!property[PropertyKey::primary_key].boolean()) continue;
      if (key_of.empty()) key_of.resize(count + contract_.objects.size(), kNone);
      const uint32_t list = list_around(i);
      size_t& key = key_of[list == kNoIndex ? count + property.object : list];
      if (key == kNone) {
        key = contract_.primary_keys.size();
        contract_.primary_keys.push_back({property.object, list, {}});
      }
      contract_.primary_keys[key].columns.push_back(i);
    }
  }

  void read_quality(Node list, uint32_t object, uint32_t property) {
    if (!list.is_sequence()) return;
    for (uint32_t i = 0; i < list.size(); ++i) {
      if (!list.item(i).is_mapping()) continue;
      QualityDetails& quality = contract_.quality.emplace_back(list.item(i), kQualityKeys);
      quality.object = object;
      quality.property = property;
      keep(quality[QualityKey::tags], contract_.tags);
      keep(quality[QualityKey::custom_properties], contract_.arguments);
      keep(quality[QualityKey::definitions], contract_.definitions);
    }
  }

  ContractDetails& contract_;
};

class ProductReader : Reader {
 public:
  explicit ProductReader(ProductDetails& product) : Reader(product), product_(product) {}

  void read() {
    read_common();
    read_ports(RootKey::input_ports, product_.inputs);
    read_ports(RootKey::output_ports, product_.outputs);
    read_ports(RootKey::management_ports, product_.management);
  }

 private:
  void read_ports(RootKey key, std::vector<PortDetails>& ports) {
    read_list(product_[key], kPortKeys, ports);
    for (const PortDetails& port : ports) keep_lists(port);
  }

  ProductDetails& product_;
};

}  // namespace

LogicalType logical_type(Node value) {
  constexpr std::array<std::string_view, 11> kNames{"string",  "date",    "timestamp", "time",
                                                    "number",  "integer", "object",    "array",
                                                    "boolean", "map",     "vector"};
  if (!value.is_string()) return LogicalType::none;
  for (size_t i = 0; i < kNames.size(); ++i)
    if (value.text() == kNames[i])
      return static_cast<LogicalType>(static_cast<size_t>(LogicalType::string) + i);
  return LogicalType::other;
}

std::string ContractDetails::path(const ObjectDetails& object) const {
  const std::string_view name = object[ObjectKey::name].text();
  return name.empty() ? "this object" : "`" + std::string(name) + "`";
}

std::string ContractDetails::path(const PropertyDetails& property) const {
  std::string text;
  for (const PropertyDetails* at = &property;; at = &properties[at->parent]) {
    const std::string_view part = at->place == PropertyDetails::Place::items   ? "[]"
                                  : at->place == PropertyDetails::Place::key   ? "{key}"
                                  : at->place == PropertyDetails::Place::value ? "{value}"
                                                                               : at->name();
    text.insert(0, part);
    if (at->parent == kNoIndex) break;
    if (at->place == PropertyDetails::Place::property) text.insert(0, ".");
  }
  if (text.empty()) return "this property";
  return "`" + text + "`";
}

ContractDetails read_contract_details(Node root) {
  ContractDetails details(root, kRootKeys);
  read_api_version(root, details);
  ContractReader(details).read();
  return details;
}

ProductDetails read_product_details(Node root) {
  ProductDetails details(root, kRootKeys);
  read_api_version(root, details);
  ProductReader(details).read();
  return details;
}

}  // namespace mesh::model
