#include "core/yaml/tree.hpp"

#include "core/yaml/scalar.hpp"

namespace mesh::yaml {

static const Tree::Data kNothing;

std::string_view described(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "a boolean";
    case Kind::integer:
      return "an integer";
    case Kind::number:
      return "a number";
    case Kind::string:
      return "a string";
    case Kind::sequence:
      return "a list";
    case Kind::mapping:
      return "a mapping";
  }
  return "nothing";
}

static const Tree::Data& data(const Tree* tree, uint32_t id) { return tree ? tree->at(id) : kNothing; }

Kind Node::kind() const { return data(tree_, id_).kind; }
Span Node::span() const { return data(tree_, id_).span; }
std::string_view Node::text() const { return data(tree_, id_).text; }
bool Node::boolean() const { return data(tree_, id_).boolean; }

std::optional<int64_t> Node::integer() const {
  if (kind() != Kind::integer) return std::nullopt;
  return integer_value(text());
}

double Node::number() const { return number_value(text()); }

uint32_t Node::size() const {
  const Tree::Data& node = data(tree_, id_);
  return node.kind == Kind::mapping ? node.count / 2 : node.count;
}

Node Node::item(uint32_t index) const { return {tree_, tree_->edge(tree_->at(id_).first + index)}; }
Node Node::key(uint32_t index) const { return item(2 * index); }
Node Node::value(uint32_t index) const { return item(2 * index + 1); }

static std::optional<uint32_t> index_of(Node mapping, std::string_view key) {
  if (!mapping.is_mapping()) return std::nullopt;
  for (uint32_t i = 0; i < mapping.size(); ++i)
    if (const Node candidate = mapping.key(i); candidate.text() == key && candidate.is_string()) return i;
  return std::nullopt;
}

std::optional<Node> Node::find(std::string_view key) const {
  if (const auto index = index_of(*this, key)) return value(*index);
  return std::nullopt;
}

std::optional<Node> Node::find_key(std::string_view key) const {
  if (const auto index = index_of(*this, key)) return this->key(*index);
  return std::nullopt;
}

static bool equal_numbers(Node a, Node b) {
  const auto left = a.integer(), right = b.integer();
  if (left && right) return *left == *right;
  return a.number() == b.number();
}

// The value under an equal key, looked for first where `hint` says.
static std::optional<Node> value_of(Node mapping, Node key, uint32_t hint) {
  if (equal(mapping.key(hint), key)) return mapping.value(hint);
  for (uint32_t i = 0; i < mapping.size(); ++i)
    if (equal(mapping.key(i), key)) return mapping.value(i);
  return std::nullopt;
}

static bool is_numeric(Kind kind) { return kind == Kind::integer || kind == Kind::number; }

bool equal(Node a, Node b) {
  if (a == b) return true;
  if (is_numeric(a.kind()) && is_numeric(b.kind())) return equal_numbers(a, b);
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::null:
      return true;
    case Kind::boolean:
      return a.boolean() == b.boolean();
    case Kind::string:
      return a.text() == b.text();
    case Kind::sequence:
      if (a.size() != b.size()) return false;
      for (uint32_t i = 0; i < a.size(); ++i)
        if (!equal(a.item(i), b.item(i))) return false;
      return true;
    case Kind::mapping:
      if (a.size() != b.size()) return false;
      for (uint32_t i = 0; i < a.size(); ++i) {
        const auto other = value_of(b, a.key(i), i);
        if (!other || !equal(a.value(i), *other)) return false;
      }
      return true;
    default:
      return false;
  }
}

uint32_t Tree::add(Data data) {
  nodes_.push_back(data);
  return static_cast<uint32_t>(nodes_.size() - 1);
}

uint32_t Tree::add_collection(Kind kind, Span span, const std::vector<uint32_t>& children) {
  Data data;
  data.kind = kind;
  data.span = span;
  data.first = static_cast<uint32_t>(edges_.size());
  data.count = static_cast<uint32_t>(children.size());
  edges_.insert(edges_.end(), children.begin(), children.end());
  return add(data);
}

std::string_view Tree::keep(std::string text) { return texts_.emplace_front(std::move(text)); }

}  // namespace mesh::yaml
