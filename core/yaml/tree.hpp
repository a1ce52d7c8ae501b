#pragma once

#include "core/text/span.hpp"

#include <cstdint>
#include <forward_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// One YAML or JSON document as a tree that knows where everything stands. Aliases and merge keys are
// resolved, core types are those of YAML 1.2 (standards: "YAML profile").
namespace mesh::yaml {

enum class Kind : uint8_t { null, boolean, integer, number, string, sequence, mapping };

// "a string", "a list", … for messages.
std::string_view described(Kind kind);

class Tree;

// A borrowed view of one node; cheap to copy, valid as long as its tree. Default-made ones are `null` and
// belong to no tree.
class Node {
 public:
  Node() = default;
  Node(const Tree* tree, uint32_t id) : tree_(tree), id_(id) {}

  Kind kind() const;
  bool is_null() const { return kind() == Kind::null; }
  bool is_string() const { return kind() == Kind::string; }
  bool is_mapping() const { return kind() == Kind::mapping; }
  bool is_sequence() const { return kind() == Kind::sequence; }

  // The bytes of the value as written, quotes and brackets included. An empty value (`a:`) has an empty span
  // after its key's colon. An alias has the span of the alias; what is below it keeps its own place.
  Span span() const;

  // A scalar's text: decoded for strings, as written for the other kinds. Empty for collections.
  std::string_view text() const;
  bool boolean() const;                    // kind boolean
  double number() const;                   // kinds integer and number; integers past 2^53 are rounded
  std::optional<int64_t> integer() const;  // kind integer that fits; nothing for any other kind

  // Members of a sequence, or entries of a mapping, in document order (merged entries last).
  uint32_t size() const;
  Node item(uint32_t index) const;   // sequence
  Node key(uint32_t index) const;    // mapping; keys are scalars or, rarely, collections
  Node value(uint32_t index) const;  // mapping

  // The value under a string key of a mapping. Linear in the number of entries.
  std::optional<Node> find(std::string_view key) const;
  // The key's own node, for its place.
  std::optional<Node> find_key(std::string_view key) const;

  // Names the node within its tree; the same shared node has the same id through every alias.
  uint32_t id() const { return id_; }
  const Tree* tree() const { return tree_; }
  bool operator==(const Node&) const = default;

 private:
  const Tree* tree_ = nullptr;
  uint32_t id_ = 0;
};

// Equality as JSON Schema sees it: 1 equals 1.0, the order of keys does not count.
bool equal(Node a, Node b);

// Owns the nodes of one document. Built by the readers only.
class Tree {
 public:
  struct Data {
    Kind kind = Kind::null;
    bool boolean = false;
    Span span;
    uint32_t first = 0;     // collections: index of the first edge
    uint32_t count = 0;     // collections: items, or 2 × entries
    std::string_view text;  // scalars: into the source, or a text the tree keeps
  };

  Node root() const { return {this, root_}; }
  const Data& at(uint32_t id) const { return nodes_[id]; }
  uint32_t edge(uint32_t index) const { return edges_[index]; }
  size_t node_count() const { return nodes_.size(); }

  // ---- for readers
  void reserve(size_t nodes) { nodes_.reserve(nodes); }
  uint32_t add(Data data);
  // Makes a closed collection of `children` (keys and values in turn for a mapping).
  uint32_t add_collection(Kind kind, Span span, const std::vector<uint32_t>& children);
  std::string_view keep(std::string text);  // a text that lives as long as the tree
  void set_root(uint32_t id) { root_ = id; }
  Data& edit(uint32_t id) { return nodes_[id]; }

 private:
  std::vector<Data> nodes_;
  std::vector<uint32_t> edges_;
  std::forward_list<std::string> texts_;
  uint32_t root_ = 0;
};

}  // namespace mesh::yaml
