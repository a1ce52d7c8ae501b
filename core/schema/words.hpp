#pragma once

#include "core/schema/standards.hpp"

#include <string>
#include <vector>

namespace mesh::schema {

// What a violation is called in the words of the document's author.
struct Telling {
  std::string message, label, help;
};

class Words {
 public:
  Words(const Identified& identified, yaml::Node root);
  Telling tell(const Violation& violation) const;

 private:
  struct Parent {
    uint32_t node = UINT32_MAX;   // the collection that holds it
    uint32_t entry = UINT32_MAX;  // its place there
  };

  yaml::Node parent_of(yaml::Node node) const;
  std::string_view key_of(yaml::Node node) const;  // the nearest key above it, lists skipped; "" at the root
  bool is_item(yaml::Node node) const;
  std::string subject(yaml::Node value) const;      // "`port`", "an item of `tags`"
  std::string container(yaml::Node mapping) const;  // "a `postgres` server", "the contract"

  Telling missing(const Violation& violation) const;
  Telling unknown_key(const Violation& violation) const;
  Telling wrong_type(const Violation& violation) const;
  Telling wrong_value(const Violation& violation) const;
  Telling no_form(const Violation& violation) const;
  Telling out_of_range(const Violation& violation) const;
  std::string later_version(const Violation& violation) const;

  const Identified& identified_;
  yaml::Node root_;
  std::vector<Parent> parents_;  // by node
};

}  // namespace mesh::schema
