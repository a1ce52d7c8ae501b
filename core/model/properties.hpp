#pragma once

#include "core/model/facts.hpp"

namespace mesh::model {

// Calls visit(property) for every property of a list, each before what is inside it.
template <class Visit>
void each_property(List<Property> properties, const Visit& visit) {
  for (const Property& property : properties) {
    visit(property);
    if (property.parts.empty()) continue;
    each_property(property.properties(), visit);
    each_property(property.items(), visit);
  }
}

}  // namespace mesh::model
