#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What a consumer asks about a data product, whether it comes from a workspace, from a listing or from a
// release.
// "" and empty lists stand for what nobody said.
namespace mesh::find {

struct Column {
  std::string name;  // with those around it: "lines[].sku"
  std::string logical_type, physical_type, description, classification;
  std::vector<std::string> tags;
  bool required = false, unique = false, primary_key = false;
};

struct Table {
  std::string name, physical_name, description;
  std::vector<Column> columns;

  // What it is called where it lies.
  const std::string& place() const { return physical_name.empty() ? name : physical_name; }
};

struct Server {
  using Field = std::pair<std::string, std::string>;
  std::string name, type, environment, description;
  std::vector<Field> fields;  // `host`, `location`, …: as written, in order

  std::string_view field(std::string_view key) const;  // "" when it has none
};

struct ServiceLevel {
  std::string property, value, unit, element;
};

struct Channel {
  std::string name, url, tool;
};

struct Contract {
  std::string id, version, name, status, description;
  std::vector<Table> tables;
  std::vector<ServiceLevel> levels;
  std::vector<Channel> support;
  std::vector<Server> servers;
};

struct Port {
  std::string name, version, contract_id, type, description;
};

struct Release {
  std::string version;
  bool is_yanked = false;
};

struct Product {
  std::string domain, key;  // how it is addressed: DOMAIN/PRODUCT
  std::string id, name, description, usage, limitations, owner, status, version;
  std::string reason, replacement;  // of a product that is retired
  std::vector<std::string> tags;
  std::vector<Release> releases;  // newest first; of a workspace: none
  std::vector<Port> inputs, outputs;
  std::vector<Contract> contracts;  // those that output ports promise
  std::vector<Channel> support;

  std::string address() const { return domain.empty() ? key : domain + "/" + key; }
};

}  // namespace mesh::find
