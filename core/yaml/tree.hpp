#pragma once

#include "core/text/span.hpp"
#include "core/yaml/key_hash.hpp"

#include <cstdint>
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
  uint16_t hash() const;                   // of a key of a mapping: key_hash of its text
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
  // The number of the entry, for `key` and `value`. `hash` is the key's.
  std::optional<uint32_t> find_entry(std::string_view key, uint16_t hash) const;

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
  // 20 bytes: a file of 50 MB has millions of these.
  struct Data {
    Span span;
    uint32_t first = 0;  // collections: index of the first edge; scalars: where the text begins in the
                         // source, or the number of a kept text
    uint32_t size = 0;   // collections: items, or 2 × entries; scalars: bytes of the text
    Kind kind = Kind::null;
    bool boolean : 1 = false;
    bool kept : 1 = false;  // the text does not stand in the source as it is read
    uint16_t hash = 0;      // of a mapping's key: key_hash of its text
  };

  // The texts of `source` must outlive the tree.
  explicit Tree(std::string_view source) : source_(source) {}

  Node root() const { return {this, root_}; }
  const Data& at(uint32_t id) const { return nodes_[id]; }
  uint32_t edge(uint32_t index) const { return edges_[index]; }
  size_t node_count() const { return nodes_.size(); }
  std::string_view text(const Data& scalar) const {
    if (scalar.kept) return texts_[scalar.first];
    if (is_collection(scalar.kind)) return {};
    return {source_.data() + scalar.first,
            scalar.size};  // not substr, which looks whether it is in the source
  }
  std::string_view text(uint32_t id) const { return text(nodes_[id]); }
  // Where all texts stand that are not among the kept ones.
  std::string_view source() const { return source_; }
  const std::vector<std::string_view>& kept_texts() const { return texts_; }

  // ---- for readers
  void reserve(size_t nodes);
  uint32_t add(const Data& data) {
    nodes_.push_back(data);
    return static_cast<uint32_t>(nodes_.size() - 1);
  }
  // `text` is a part of the source, or comes from `keep`.
  uint32_t add_scalar(Kind kind, Span span, std::string_view text);
  // The text is all of what stands there. Nodes are made where they stay: one that is copied just after it
  // was written in parts waits for its parts.
  uint32_t add_plain(Kind kind, Span span) {
    const auto id = static_cast<uint32_t>(nodes_.size());
    Data& data = nodes_.emplace_back();
    data.span = span;
    data.first = span.begin;
    data.size = span.end - span.begin;
    data.kind = kind;
    data.boolean = kind == Kind::boolean && (source_[span.begin] | ' ') == 't';
    return id;
  }
  void hash_key(uint32_t id) { nodes_[id].hash = key_hash(text(id)); }
  // Comes before a mapping of these is added: nothing is found in it otherwise. `count` ids, keys and values
  // in turn.
  void hash_keys(const uint32_t* entries, size_t count);
  // Makes a closed collection of `children` (keys and values in turn for a mapping).
  uint32_t add_collection(Kind kind, Span span, const uint32_t* children, size_t count);
  uint32_t add_collection(Kind kind, Span span, const std::vector<uint32_t>& children) {
    return add_collection(kind, span, children.data(), children.size());
  }
  std::string_view keep(std::string_view text);  // a copy that lives as long as the tree
  void set_root(uint32_t id) { root_ = id; }
  Data& edit(uint32_t id) { return nodes_[id]; }

 private:
  static bool is_collection(Kind kind) { return kind == Kind::sequence || kind == Kind::mapping; }

  std::string_view source_;
  std::vector<Data> nodes_;
  std::vector<uint32_t> edges_;
  std::vector<std::string_view> texts_;  // the kept ones, by number
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* block_end_ = nullptr;  // of the last block, of which so many bytes are free
  size_t block_left_ = 0;
  uint32_t root_ = 0;
};

inline Kind Node::kind() const { return tree_ ? tree_->at(id_).kind : Kind::null; }
inline Span Node::span() const { return tree_ ? tree_->at(id_).span : Span{}; }
inline std::string_view Node::text() const { return tree_ ? tree_->text(id_) : std::string_view(); }
inline uint16_t Node::hash() const { return tree_ ? tree_->at(id_).hash : 0; }
inline bool Node::boolean() const { return tree_ && tree_->at(id_).boolean; }
inline uint32_t Node::size() const {
  if (!tree_) return 0;
  const Tree::Data& node = tree_->at(id_);
  return node.kind == Kind::mapping ? node.size / 2 : node.kind == Kind::sequence ? node.size : 0;
}
inline Node Node::item(uint32_t index) const { return {tree_, tree_->edge(tree_->at(id_).first + index)}; }
inline Node Node::key(uint32_t index) const { return item(2 * index); }
inline Node Node::value(uint32_t index) const { return item(2 * index + 1); }

}  // namespace mesh::yaml
