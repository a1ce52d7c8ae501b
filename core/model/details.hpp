#pragma once

#include "core/model/facts.hpp"
#include "core/model/record.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

// Contracts and products in full, for rules that look at one document. Everything here is borrowed from the
// document's tree and dies with it; what outlives the tree is in facts.hpp. Keys of ODCS v2 are found under
// their names of v3. What has the wrong shape is there as it is written: the schema has told it, and who
// reads a value looks at its kind first.
namespace mesh::model {

enum class RootKey : uint8_t {
  id,
  version,
  name,
  status,
  domain,
  tenant,
  data_product,
  description,
  tags,
  team,
  support,
  price,
  schema,
  servers,
  roles,
  sla_default_element,
  sla_properties,
  custom_properties,
  definitions,
  created,
  input_ports,
  output_ports,
  management_ports,
  count
};

enum class MemberKey : uint8_t {
  username,
  name,
  role,
  date_in,
  date_out,
  replaced_by,
  tags,
  custom_properties,
  definitions,
  count
};

enum class ChannelKey : uint8_t { channel, url, custom_properties, count };

enum class ObjectKey : uint8_t {
  name,
  id,
  physical_name,
  physical_type,
  logical_type,
  description,
  properties,
  relationships,
  quality,
  tags,
  custom_properties,
  definitions,
  count
};

enum class PropertyKey : uint8_t {
  name,
  id,
  physical_name,
  physical_type,
  logical_type,
  options,
  description,
  required,
  nullable,  // v2: `isNullable`, the opposite of `required`
  unique,
  primary_key,
  primary_key_position,
  partitioned,
  partition_key_position,
  classification,
  encrypted_name,
  examples,
  enumeration,
  properties,
  items,
  map,
  relationships,
  quality,
  tags,
  custom_properties,
  definitions,
  count
};

enum class QualityKey : uint8_t {
  type,
  metric,
  rule,
  query,
  engine,
  implementation,
  scheduler,
  schedule,
  unit,
  arguments,
  must_be,
  must_not_be,
  must_be_greater_than,
  must_be_greater_or_equal_to,
  must_be_less_than,
  must_be_less_or_equal_to,
  must_be_between,
  must_not_be_between,
  tags,
  custom_properties,
  definitions,
  count
};

enum class ServerKey : uint8_t { name, type, environment, location, roles, custom_properties, count };

enum class RoleKey : uint8_t { role, access, first_approvers, second_approvers, custom_properties, count };

enum class SlaKey : uint8_t {
  property,
  value,
  value_ext,
  unit,
  element,
  driver,
  scheduler,
  schedule,
  custom_properties,
  definitions,
  count
};

enum class PortKey : uint8_t {
  name,
  version,
  contract_id,
  type,
  description,
  tags,
  custom_properties,
  definitions,
  input_contracts,
  count
};

using Member = Record<MemberKey>;
using Channel = Record<ChannelKey>;
using ServerDetails = Record<ServerKey>;
using RoleDetails = Record<RoleKey>;
using SlaDetails = Record<SlaKey>;
using PortDetails = Record<PortKey>;

// Of `logicalType`. Versions before 3.0 let people write what they like: `other`.
enum class LogicalType : uint8_t {
  none,
  other,
  string,
  date,
  timestamp,
  time,
  number,
  integer,
  object,
  array,
  boolean,
  map,
  vector
};
LogicalType logical_type(yaml::Node value);

inline constexpr uint32_t kNoIndex = UINT32_MAX;

struct ObjectDetails : Record<ObjectKey> {
  using Record::Record;
  uint32_t first = 0, end = 0;  // its properties at any depth: indices into ContractDetails::properties
};

struct PropertyDetails : Record<PropertyKey> {
  using Record::Record;
  // What it is in the property around it (or in its object): one of `properties`, `items`, the two sides of a
  // `map`.
  enum class Place : uint8_t { property, items, key, value };
  Place place = Place::property;
  LogicalType type = LogicalType::none;
  uint32_t object = kNoIndex, parent = kNoIndex;
  uint32_t end = 0;  // those inside it follow it, up to here

  std::string_view name() const { return (*this)[PropertyKey::name].text(); }  // "" for items
};

struct QualityDetails : Record<QualityKey> {
  using Record::Record;
  uint32_t object = kNoIndex, property = kNoIndex;  // what it is about; no property: the object
};

// Of ODCS and ODPS documents alike.
struct DocumentDetails : Record<RootKey> {
  using Record::Record;
  int major = 0, minor = 0;        // of `apiVersion`; 0.0 when it is no version
  const Mesh* settings = nullptr;  // of the mesh around the document; never null in a rule
  std::vector<Member> members;     // of the team: its `members`, or the list that older versions write
  std::vector<Channel> support;
  // Every list of the document, wherever the standard has one.
  std::vector<yaml::Node> tags, custom_properties, definitions;
  std::vector<yaml::Node> arguments;  // the custom properties of quality rules, which their engines name

  bool is_before(int a, int b) const { return major < a || (major == a && minor < b); }
};

// The columns that are one key: those of an object, with what is in nested objects; what is in an array or a
// map has a key of its own.
struct PrimaryKey {
  uint32_t object;
  uint32_t list = kNoIndex;       // the items or the side of a map that the columns are in
  std::vector<uint32_t> columns;  // in the order of the document
};

struct ContractDetails : DocumentDetails {
  using DocumentDetails::DocumentDetails;
  std::vector<ObjectDetails> objects;
  // Of all objects, each before what is inside it: a loop sees them all.
  std::vector<PropertyDetails> properties;
  std::vector<QualityDetails> quality;
  std::vector<ServerDetails> servers;
  std::vector<RoleDetails> roles;
  std::vector<SlaDetails> slas;
  std::vector<PrimaryKey> primary_keys;  // in the order of their first columns

  // "`orders.lines.sku`": how messages call a property or an object.
  std::string path(const PropertyDetails& property) const;
  std::string path(const ObjectDetails& object) const;
};

struct ProductDetails : DocumentDetails {
  using DocumentDetails::DocumentDetails;
  std::vector<PortDetails> inputs, outputs, management;
};

ContractDetails read_contract_details(yaml::Node root);
ProductDetails read_product_details(yaml::Node root);

}  // namespace mesh::model
