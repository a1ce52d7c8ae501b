#include "core/rules/table_stores.hpp"

#include "core/base/strings.hpp"

#include <algorithm>
#include <array>

namespace mesh::rules {

using model::Server;

namespace {

constexpr std::string_view kVariable = "${";

std::string place_of(const Server& server) {
  std::string place = server.type.str();
  const auto add = [&](std::string_view key) {
    const model::Text value = server.field(key);
    std::string_view part = value ? trim(value.view()) : std::string_view{};
    while (part.ends_with('/')) part.remove_suffix(1);
    place += " " + to_lower(part);
  };
  // Of Snowflake the account tells, whatever host or warehouse is used.
  if (server.type == "snowflake") {
    for (const std::string_view key : {"account", "database"}) add(key);
  } else {
    for (const std::string_view key : {"catalogUrl", "warehouse", "host", "port", "catalog"}) add(key);
  }
  return place.find(kVariable) == std::string::npos ? place : std::string();
}

}  // namespace

std::string TableStore::full_name(std::string_view table) const {
  const std::string name = to_lower(table), lower = to_lower(schema);
  if ((name + lower).find(kVariable) != std::string::npos) return {};
  // Where the name brings a schema of its own, the server's is only the default.
  return lower.empty() || name.find('.') != std::string::npos ? name : lower + "." + name;
}

bool is_table_store(const Server& server) {
  constexpr std::array<std::string_view, 5> kTypes{"iceberg", "dremio", "trino", "databricks", "snowflake"};
  return server.type && std::ranges::find(kTypes, server.type.view()) != kTypes.end();
}

std::vector<TableStore> table_stores(const model::Contract& contract) {
  std::vector<TableStore> stores;
  for (const Server& server : contract.servers) {
    if (!is_table_store(server)) continue;
    const model::Text schema = server.field(server.type == "iceberg" ? "namespace" : "schema");
    stores.push_back({&server, place_of(server), schema ? schema.view() : std::string_view{}});
  }
  return stores;
}

}  // namespace mesh::rules
