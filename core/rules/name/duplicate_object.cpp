#include "core/rules/repeated.hpp"
#include "core/rules/rule.hpp"

namespace mesh::rules::name {

static void check(const Contract& contract, Findings& findings) {
  UsedOnce names(findings);
  for (const model::SchemaObject& object : contract.objects)
    names.add(object.name, [&] { return "two objects of the schema are called `" + object.name.str() + "`"; });
}

extern const Rule duplicate_object{
    .id = "name/duplicate-object",
    .summary = "the objects of a schema have names of their own",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::name
