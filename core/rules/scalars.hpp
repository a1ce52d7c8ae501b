#pragma once

#include "core/yaml/tree.hpp"

#include <string_view>

namespace mesh::rules {

// Calls look(node, key) for every string of a document that holds `${`; `key`: what it stands under, that of
// the list for members of a list. What an alias leads to is seen once.
template <class Look>
void each_with_variable(yaml::Node node, std::string_view key, const Look& look) {
  switch (node.kind()) {
    case yaml::Kind::mapping:
      for (uint32_t i = 0; i < node.size(); ++i)
        each_with_variable(node.value(i), node.key(i).is_string() ? node.key(i).text() : std::string_view{},
                           look);
      return;
    case yaml::Kind::sequence:
      for (uint32_t i = 0; i < node.size(); ++i) each_with_variable(node.item(i), key, look);
      return;
    case yaml::Kind::string:
      if (node.text().find("${") != std::string_view::npos) look(node, key);
      return;
    default:
      return;
  }
}

// Keys whose values are code or patterns: there `${` may mean what another language means by it.
bool holds_code(std::string_view key);

}  // namespace mesh::rules
