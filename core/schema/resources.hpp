#pragma once

#include "core/schema/compiled.hpp"
#include "core/schema/schema.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The documents that a schema is made of, the parts of them that have a base URI of their own (JSON Schema
// Core, "Schema Resources"), and where a `$ref` leads.
namespace mesh::schema {

// A part of a document with a base URI of its own, and what its `$schema` says.
struct Resource {
  const Text* text = nullptr;
  yaml::Node root;
  std::string base;
  Draft draft = Draft::draft2020_12;
  std::map<std::string, yaml::Node, std::less<>> anchors;
};

struct Location {
  uint32_t resource;
  yaml::Node node;
};

class Resources {
 public:
  // `texts` keeps alive what is loaded.
  Resources(const Registry* registry, Draft fallback, std::vector<std::shared_ptr<const Text>>& texts)
      : registry_(registry), fallback_(fallback), texts_(texts) {}

  // The number of the document's own resource.
  uint32_t load(std::string uri, std::shared_ptr<const Text> text);

  const Resource& operator[](uint32_t index) const { return resources_[index]; }

  // The same node, in its own resource if it begins one.
  Location entered(Location at) const;

  // Where a reference leads; nothing when that is nowhere. May load what the registry has.
  std::optional<Location> locate(std::string_view reference, const Location& from);

  // What a reference that leads nowhere was probably meant to be, as far as names go.
  std::optional<std::string> nearest_to(std::string_view reference, const Location& from);

  // Whether a reference names a document that is not here.
  bool is_elsewhere(std::string_view reference, const Location& from);

  // A `$schema` that is not known, found in what was loaded so far.
  const std::optional<Error>& error() const { return error_; }

 private:
  using Key = std::pair<const yaml::Tree*, uint32_t>;
  static Key key_of(yaml::Node node) { return {node.tree(), node.id()}; }

  uint32_t add(const Text* text, yaml::Node root, std::string base, Draft inherited);
  void scan(uint32_t resource, yaml::Node node, bool is_root);
  uint32_t named(const std::string& uri);

  const Registry* registry_;
  Draft fallback_;
  std::vector<std::shared_ptr<const Text>>& texts_;
  std::optional<Error> error_;
  std::deque<Resource> resources_;
  std::map<std::string, uint32_t> by_uri_;
  std::map<Key, uint32_t> resource_of_;  // for nodes that begin a resource
};

}  // namespace mesh::schema
