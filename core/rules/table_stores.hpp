#pragma once

#include "core/model/facts.hpp"

#include <string>
#include <vector>

namespace mesh::rules {

// A server whose data are tables that engines find by name in a catalog: of type iceberg, dremio, trino,
// databricks or snowflake.
struct TableStore {
  const model::Server* server;
  // All that tells its catalog from another one, type included; "" when a part of it is a variable.
  std::string place;
  std::string_view schema;  // where in the catalog; "" when not said

  // `schema.table` in lower case, as engines compare names; "" when a part is a variable.
  std::string full_name(std::string_view table) const;
};

bool is_table_store(const model::Server& server);
std::vector<TableStore> table_stores(const model::Contract& contract);

}  // namespace mesh::rules
