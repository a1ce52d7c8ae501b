#pragma once

#include "core/yaml/bytes.hpp"
#include "core/yaml/paths.hpp"

#include <optional>
#include <string>

// Whether the fast reader, where it says yes, gives to the letter what the parser gives.
namespace mesh::fuzz {

enum class Twins { parser_only, equal, different };

inline bool same(const Finding& a, const Finding& b) {
  const auto same_notes = [&] {
    for (size_t i = 0; i < a.notes.size(); ++i)
      if (a.notes[i].message != b.notes[i].message || a.notes[i].at != b.notes[i].at) return false;
    return a.notes.size() == b.notes.size();
  };
  return a.rule == b.rule && a.level == b.level && a.message == b.message && a.at == b.at &&
         a.label == b.label && a.help == b.help && same_notes();
}

// The first difference of two trees, in words.
inline std::optional<std::string> difference(const yaml::Tree& fast, const yaml::Tree& slow) {
  if (fast.node_count() != slow.node_count())
    return std::to_string(fast.node_count()) + " nodes, not " + std::to_string(slow.node_count());
  for (uint32_t id = 0; id < fast.node_count(); ++id) {
    const yaml::Tree::Data &a = fast.at(id), &b = slow.at(id);
    const auto place = [&](const yaml::Tree::Data& data) {
      return std::to_string(data.span.begin) + "-" + std::to_string(data.span.end);
    };
    if (a.span != b.span) return "a node at " + place(a) + ", not " + place(b);
    const std::string here = " at " + place(a);
    if (a.kind != b.kind || a.boolean != b.boolean)
      return std::string(described(a.kind)) + ", not " + std::string(described(b.kind)) + here;
    if (a.hash != b.hash) return "another hash of a key" + here;
    if (a.size != b.size)
      return std::to_string(a.size) + ", not " + std::to_string(b.size) + " in size" + here;
    if (fast.text(id) != slow.text(id)) return "other text" + here;
    if (a.kind != yaml::Kind::mapping && a.kind != yaml::Kind::sequence) continue;
    if (a.first != b.first) return "other places of children" + here;
    for (uint32_t i = 0; i < a.size; ++i)
      if (fast.edge(a.first + i) != slow.edge(b.first + i)) return "other children" + here;
  }
  if (fast.root().id() != slow.root().id()) return "another root";
  return std::nullopt;
}

// `why` gets the difference, if there is one.
inline Twins compare(const Source& source, const yaml::Limits& limits, std::string& why) {
  if (yaml::check_bytes(source.bytes(), limits.bytes, false)) return Twins::parser_only;
  Findings told_fast(0), told_slow(0);
  const auto fast = yaml::read_fast(source, told_fast, limits);
  if (!fast) {
    if (told_fast.empty()) return Twins::parser_only;
    why = "a finding of what is not read";
    return Twins::different;
  }
  const auto slow = yaml::read_with_parser(source, told_slow, limits);
  const auto differ = [&](std::string what) {
    why = std::move(what);
    return Twins::different;
  };
  if (slow.size() != fast->size())
    return differ("the parser gives " + std::to_string(slow.size()) + " documents" +
                  (told_slow.empty() ? "" : ": " + told_slow.all()[0].message));
  if (told_fast.size() != told_slow.size())
    return differ(std::to_string(told_fast.size()) + " findings, not " + std::to_string(told_slow.size()));
  for (size_t i = 0; i < told_fast.size(); ++i)
    if (!same(told_fast.all()[i], told_slow.all()[i])) return differ("other findings");
  for (size_t i = 0; i < slow.size(); ++i)
    if (auto what = difference(*(*fast)[i].tree, *slow[i].tree)) return differ(std::move(*what));
  return Twins::equal;
}

}  // namespace mesh::fuzz
