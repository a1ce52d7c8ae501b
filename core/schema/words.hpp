#pragma once

#include "core/schema/standards.hpp"

#include <string>
#include <vector>

namespace mesh::schema {

// The schema that judges a known version: "3.1.0-patched" for "3.1.0".
std::string schema_version_of(Standard standard, std::string_view version);

// What a violation is called in the words of the document's author.
struct Telling {
  std::string message, label, help;
};

// Whose schema speaks: that of the standard, somebody's own for documents of a standard, or anybody's for any
// data. Only the first knows what names used to be and in which version they came.
enum class Voice : uint8_t { standard, own, data };

class Words {
 public:
  Words(const Identified& identified, yaml::Node root, Voice voice = Voice::standard);
  Telling tell(const Violation& violation);

  // The known key that an unknown one most likely meant.
  std::optional<std::string> suggestion(const Violation& violation) const;
  // Whether a violation only follows from a key that was mistyped: `meant` has the suggestion for each
  // unknown key.
  struct Meant {
    yaml::Node mapping;
    std::string key;
  };
  bool follows(const Violation& violation, const std::vector<Meant>& meant) const;

 private:
  struct Parent {
    uint32_t node = UINT32_MAX;   // the collection that holds it
    uint32_t entry = UINT32_MAX;  // its place there
  };

  struct Later {
    std::string_view version;
    std::vector<Violation> found;
  };
  const std::vector<Later>& later();

  yaml::Node parent_of(yaml::Node node) const;
  std::string_view key_of(yaml::Node node) const;  // the nearest key above it, lists skipped; "" at the root
  bool is_item(yaml::Node node) const;
  std::string subject(yaml::Node value) const;      // "`port`", "an item of `tags`"
  std::string container(yaml::Node mapping) const;  // "a `postgres` server", "the contract"

  Telling missing(const Violation& violation);
  Telling unknown_key(const Violation& violation);
  Telling wrong_type(const Violation& violation);
  Telling wrong_value(const Violation& violation);
  Telling no_form(const Violation& violation) const;
  Telling out_of_range(const Violation& violation) const;
  Telling wrong_format(const Violation& violation) const;
  std::string later_version(const Violation& violation);

  const Identified& identified_;
  Voice voice_;
  yaml::Node root_;
  std::vector<Parent> parents_;  // by node
  std::optional<std::vector<Later>> later_;
};

}  // namespace mesh::schema
