#pragma once

#include "core/find/product.hpp"

#include <string>
#include <string_view>
#include <vector>

// How to read the tables of a contract from its servers: text to copy, without any secret. Names and
// passwords of users come from where the tools look for them.
namespace mesh::find {

struct Snippet {
  std::string server, environment, type;  // of the contract
  std::string table;                      // "" when it is about the server as a whole
  std::string address;                    // where to connect to, when the text does not say it: "host:port"
  std::string tool;                       // "duckdb", "pyarrow", "psql", …
  std::string language;                   // sql, python, sh, properties
  std::string text;                       // lines, each with its end; "" when there is none
  std::string reason;                     // why there is none
};

// For each server (of that environment, unless it is ""), table and tool that reads its type.
std::vector<Snippet> snippets(const Contract& contract, std::string_view environment);

}  // namespace mesh::find
