#include "core/yaml/entries.hpp"

#include "core/base/strings.hpp"
#include "core/yaml/scalar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <deque>
#include <set>

namespace mesh::yaml {
namespace {

// A file of nothing but duplicates is told often enough.
constexpr size_t kMostFindings = 1'000;

// A text that is equal for equal keys and for no others.
void append_identity(Node node, std::string& identity) {
  identity += static_cast<char>('a' + static_cast<int>(node.kind()));
  switch (node.kind()) {
    case Kind::null:
      return;
    case Kind::boolean:
      identity += node.boolean() ? '1' : '0';
      return;
    case Kind::integer:
      if (const auto value = node.integer()) {
        identity += std::to_string(*value);
        return;
      }
      [[fallthrough]];
    case Kind::number:
    case Kind::string:
      identity += fmt::format("{}:", node.text().size());
      identity += node.text();
      return;
    case Kind::sequence:
    case Kind::mapping:
      break;
  }
  const uint32_t count = node.is_mapping() ? 2 * node.size() : node.size();
  for (uint32_t i = 0; i < count; ++i) append_identity(node.item(i), identity);
  identity += ';';
}

// Keys compare by kind and text; what is no string is brought to one form first.
struct Key {
  Kind kind;
  std::string_view text;
  size_t index;
  auto operator<=>(const Key& other) const = default;
  bool same(const Key& other) const { return kind == other.kind && text == other.text; }
};

class KeyMaker {
 public:
  explicit KeyMaker(const Tree& tree) : tree_(tree) {}
  Key operator()(uint32_t id, size_t index) {
    const Node node(&tree_, id);
    if (node.is_string()) return {Kind::string, node.text(), index};
    std::string identity;
    append_identity(node, identity);
    return {node.kind(), kept_.emplace_back(std::move(identity)), index};
  }

 private:
  const Tree& tree_;
  std::deque<std::string> kept_;
};

// Pairs of equal keys: (the first, a later one), in the order of the later ones.
std::vector<std::pair<size_t, size_t>> find_duplicates(std::vector<Key> keys) {
  std::vector<std::pair<size_t, size_t>> found;
  constexpr size_t kFew = 12;
  if (keys.size() <= kFew) {
    for (size_t i = 1; i < keys.size(); ++i)
      for (size_t j = 0; j < i; ++j)
        if (keys[i].same(keys[j])) {
          found.emplace_back(keys[j].index, keys[i].index);
          break;
        }
    return found;
  }
  // Sorted, not hashed: whoever writes the file cannot make it slow.
  std::sort(keys.begin(), keys.end());
  for (size_t i = 1, first = 0; i < keys.size(); ++i) {
    if (keys[i].same(keys[first]))
      found.emplace_back(keys[first].index, keys[i].index);
    else
      first = i;
  }
  std::sort(found.begin(), found.end(), [](auto a, auto b) { return a.second < b.second; });
  return found;
}

std::vector<std::pair<size_t, size_t>> find_duplicates(const Tree& tree, const uint32_t* entries,
                                                       size_t count) {
  KeyMaker key_of(tree);
  std::vector<Key> keys;
  keys.reserve(count / 2);
  for (size_t i = 0; i < count; i += 2) keys.push_back(key_of(entries[i], i));
  return find_duplicates(std::move(keys));
}

std::string shown(Node key) {
  constexpr size_t kLong = 60;
  if (key.is_mapping() || key.is_sequence()) return "this key";
  if (key.text().empty()) return "an empty key";
  return key.text().size() > kLong ? "this key" : fmt::format("`{}`", key.text());
}

}  // namespace

bool has_distinct_keys(const Tree& tree, const uint32_t* entries, size_t count) {
  constexpr size_t kFew = 64;
  if (count / 2 > kFew) return find_duplicates(tree, entries, count).empty();
  uint64_t seen = 0;
  size_t typed = 0;
  for (size_t i = 0; i < count; i += 2) {
    const Tree::Data& key = tree.at(entries[i]);
    if (key.kind != Kind::string) {
      if (++typed > 1) return find_duplicates(tree, entries, count).empty();
      continue;
    }
    const uint64_t bit = uint64_t{1} << (key.hash & 63);
    if (seen & bit)
      for (size_t j = 0; j < i; j += 2)
        if (const Tree::Data& other = tree.at(entries[j]);
            other.hash == key.hash && other.kind == Kind::string && tree.text(other) == tree.text(key))
          return false;
    seen |= bit;
  }
  return true;
}

void drop_duplicates(const Tree& tree, std::vector<uint32_t>& entries, Findings& findings) {
  if (has_distinct_keys(tree, entries.data(), entries.size())) return;
  const auto duplicates = find_duplicates(tree, entries.data(), entries.size());
  for (const auto& [first, later] : duplicates) {
    if (findings.size() >= kMostFindings) break;
    const Node key(&tree, entries[later]);
    Finding& finding = findings.add("yaml/duplicate-key", Level::error, key.span(),
                                    fmt::format("{} is defined twice in this mapping", shown(key)));
    finding.label = "remove or rename one of the two";
    finding.notes.push_back({"first defined here", {findings.file(), tree.at(entries[first]).span}});
  }
  size_t kept = 0, next = 0;
  for (size_t i = 0; i < entries.size(); i += 2) {
    if (next < duplicates.size() && duplicates[next].second == i) {
      ++next;
      continue;
    }
    entries[kept++] = entries[i];
    entries[kept++] = entries[i + 1];
  }
  entries.resize(kept);
}

void merge_entries(const Tree& tree, std::vector<uint32_t>& entries, const std::vector<uint32_t>& merges,
                   Findings& findings) {
  KeyMaker key_of(tree);
  std::set<std::pair<Kind, std::string_view>> known;
  std::vector<uint32_t> own;
  std::vector<Node> sources;
  for (size_t i = 0; i < entries.size(); i += 2) {
    if (std::find(merges.begin(), merges.end(), entries[i]) != merges.end()) {
      sources.emplace_back(&tree, entries[i + 1]);
      continue;
    }
    const Key key = key_of(entries[i], i);
    known.emplace(key.kind, key.text);
    own.insert(own.end(), {entries[i], entries[i + 1]});
  }
  const auto merge = [&](Node source) {
    if (!source.is_mapping()) {
      findings
          .add("yaml/syntax", Level::error, source.span(),
               fmt::format("`<<` merges a mapping or a list of mappings, not {}", described(source.kind())))
          .label = "name a mapping";
      return;
    }
    for (uint32_t i = 0; i < source.size(); ++i) {
      const Key key = key_of(source.key(i).id(), i);
      if (known.emplace(key.kind, key.text).second)
        own.insert(own.end(), {source.key(i).id(), source.value(i).id()});
    }
  };
  for (const Node source : sources) {
    if (!source.is_sequence())
      merge(source);
    else
      for (uint32_t i = 0; i < source.size(); ++i) merge(source.item(i));
  }
  entries = std::move(own);
}

}  // namespace mesh::yaml
