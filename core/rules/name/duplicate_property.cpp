#include "core/rules/repeated.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

namespace mesh::rules::name {

using model::Property;

static void check_names(model::List<Property> properties, std::string_view owner, UsedOnce& names) {
  names.start_again();
  for (const Property& property : properties)
    names.add(property.name, [&] {
      const std::string of_owner = owner.empty() ? std::string() : fmt::format(" of `{}`", owner);
      return fmt::format("two properties{} are called `{}`", of_owner, property.name.view());
    });
}

static void check_list(model::List<Property> properties, std::string_view owner, UsedOnce& names) {
  if (properties.size() > 1) check_names(properties, owner, names);
  for (const Property& property : properties) {
    const std::string_view name = property.name ? property.name.view() : owner;
    check_list(property.properties(), name, names);
    check_list(property.items(), name, names);
  }
}

static void check(const Contract& contract, Findings& findings) {
  UsedOnce names(findings);
  for (const model::SchemaObject& object : contract.objects)
    check_list(object.properties, object.name.view(), names);
}

extern const Rule duplicate_property{
    .id = "name/duplicate-property",
    .summary = "the properties of an object have names of their own",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::name
