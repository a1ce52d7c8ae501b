#include "core/yaml/tree.hpp"

#include "core/yaml/scalar.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

namespace mesh::yaml {

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

std::optional<int64_t> Node::integer() const {
  if (kind() != Kind::integer) return std::nullopt;
  return integer_value(text());
}

double Node::number() const { return number_value(text()); }

std::optional<uint32_t> Node::find_entry(std::string_view key, uint16_t hash) const {
  if (!is_mapping()) return std::nullopt;
  const Tree::Data& mapping = tree_->at(id_);
  for (uint32_t i = 0; i < mapping.size; i += 2) {
    const Tree::Data& candidate = tree_->at(tree_->edge(mapping.first + i));
    if (candidate.hash == hash && candidate.kind == Kind::string && same_text(tree_->text(candidate), key))
      return i / 2;
  }
  return std::nullopt;
}

std::optional<Node> Node::find(std::string_view key) const {
  if (const auto entry = find_entry(key, key_hash(key))) return value(*entry);
  return std::nullopt;
}

std::optional<Node> Node::find_key(std::string_view key) const {
  if (const auto entry = find_entry(key, key_hash(key))) return this->key(*entry);
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

void Tree::reserve(size_t nodes) {
  nodes_.reserve(nodes);
  edges_.reserve(nodes);
}

uint32_t Tree::add_scalar(Kind kind, Span span, std::string_view text) {
  const auto id = static_cast<uint32_t>(nodes_.size());
  Data& data = nodes_.emplace_back();
  data.kind = kind;
  data.span = span;
  data.size = static_cast<uint32_t>(text.size());
  data.boolean = kind == Kind::boolean && (text[0] == 't' || text[0] == 'T');
  const std::less_equal<const char*> at_most;  // of addresses that may be of different texts
  const char* const begin = source_.data();
  if (text.empty()) return id;
  if (at_most(begin, text.data()) && at_most(text.data() + text.size(), begin + source_.size())) {
    data.first = static_cast<uint32_t>(text.data() - begin);
  } else {
    data.first = static_cast<uint32_t>(texts_.size());
    data.kept = true;
    texts_.push_back(text);
  }
  return id;
}

void Tree::hash_keys(const uint32_t* entries, size_t count) {
  for (size_t i = 0; i < count; i += 2) hash_key(entries[i]);
}

uint32_t Tree::add_collection(Kind kind, Span span, const uint32_t* children, size_t count) {
  const auto id = static_cast<uint32_t>(nodes_.size());
  Data& data = nodes_.emplace_back();
  data.kind = kind;
  data.span = span;
  data.first = static_cast<uint32_t>(edges_.size());
  data.size = static_cast<uint32_t>(count);
  edges_.insert(edges_.end(), children, children + count);
  return id;
}

std::string_view Tree::keep(std::string_view text) {
  constexpr size_t kBlock = 4096;
  if (text.empty()) return {};
  if (text.size() > block_left_) {
    block_left_ = std::max(kBlock, text.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_left_));
    block_end_ = blocks_.back().get() + block_left_;
  }
  char* const copy = block_end_ - block_left_;
  std::memcpy(copy, text.data(), text.size());
  block_left_ -= text.size();
  return {copy, text.size()};
}

}  // namespace mesh::yaml
