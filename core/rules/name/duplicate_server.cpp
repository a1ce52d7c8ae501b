#include "core/rules/repeated.hpp"
#include "core/rules/rule.hpp"

namespace mesh::rules::name {

static void check(const Contract& contract, Findings& findings) {
  UsedOnce names(findings);
  for (const model::Server& server : contract.servers)
    names.add(server.name, [&] { return "two servers are called `" + server.name.str() + "`"; });
}

extern const Rule duplicate_server{
    .id = "name/duplicate-server",
    .summary = "the servers of a contract have names of their own",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::name
