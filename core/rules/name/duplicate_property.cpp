#include "core/rules/repeated.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::name {

using model::Property;

static void check_list(const std::vector<Property>& properties, const std::string& owner,
                       Findings& findings) {
  UsedOnce names(findings);
  for (const Property& property : properties)
    names.add(property.name, fmt::format("two properties{} are called `{}`",
                                         owner.empty() ? "" : " of `" + owner + "`", property.name.view()));
  for (const Property& property : properties) {
    const std::string name = property.name ? property.name.str() : owner;
    check_list(property.properties, name, findings);
    check_list(property.items, name, findings);
  }
}

static void check(const Contract& contract, Findings& findings) {
  for (const model::SchemaObject& object : contract.objects)
    check_list(object.properties, object.name.str(), findings);
}

extern const Rule duplicate_property{
    .id = "name/duplicate-property",
    .summary = "the properties of an object have names of their own",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::name
