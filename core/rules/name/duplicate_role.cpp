#include "core/rules/repeated.hpp"
#include "core/rules/rule.hpp"

namespace mesh::rules::name {

static void check(const Contract& contract, Findings& findings) {
  UsedOnce names(findings);
  for (const model::Named& role : contract.roles)
    names.add(role.name, [&] { return "two roles are called `" + role.name.str() + "`"; });
}

extern const Rule duplicate_role{
    .id = "name/duplicate-role",
    .summary = "the roles of a contract have names of their own",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::name
