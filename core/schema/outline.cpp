#include "core/schema/outline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace mesh::schema {

using yaml::Kind;
using yaml::Node;

std::string shown(Node value) {
  switch (value.kind()) {
    case Kind::sequence:
      return "a list";
    case Kind::mapping:
      return "a mapping";
    case Kind::null:
      return "null";
    default:
      return std::string(value.text());
  }
}

std::string type_words(uint32_t types) {
  std::string words;
  const auto say = [&](std::string_view word) {
    if (!words.empty()) words += " or ";
    words += word;
  };
  const auto has = [&](Kind kind) { return types >> static_cast<uint32_t>(kind) & 1; };
  if (has(Kind::string)) say("a string");
  if (has(Kind::number))
    say("a number");
  else if (has(Kind::integer))
    say("an integer");
  if (has(Kind::boolean)) say("a boolean");
  if (has(Kind::sequence)) say("a list");
  if (has(Kind::mapping)) say("a mapping");
  if (has(Kind::null)) say("null");
  return words;
}

std::vector<uint32_t> Outline::in_place(uint32_t subschema, Through through) const {
  std::vector<uint32_t> found;
  std::unordered_set<uint32_t> seen;
  const auto meet = [&](uint32_t next) {
    if (next > kNever && seen.insert(next).second) found.push_back(next);
  };
  meet(subschema);
  for (size_t at = 0; at < found.size(); ++at) {
    const Subschema current = schema_.subschemas[found[at]];
    for (uint32_t i = current.first; i < current.first + current.count; ++i) {
      const Instruction& it = schema_.instructions[i];
      if (it.op == Op::ref) meet(it.a);
      const bool branch = it.op == Op::any_of || it.op == Op::one_of;
      if (it.op == Op::all_of || it.op == Op::jump || (branch && through != Through::certain))
        for (const uint32_t next : schema_.branches(it)) meet(next);
      if (it.op == Op::dependent_schema && through != Through::certain) meet(it.b);
      if (it.op == Op::condition && through == Through::conditions) {
        meet(schema_.conditions[it.a].then_branch);
        meet(schema_.conditions[it.a].else_branch);
      }
    }
  }
  return found;
}

uint32_t Outline::types(uint32_t index) {
  if (index <= kNever) return index == kAlways ? kEveryType : 0;
  if (const auto known = types_.find(index); known != types_.end()) return known->second;
  uint32_t result = kEveryType;
  const Subschema& subschema = schema_.subschemas[index];
  for (uint32_t i = subschema.first; i < subschema.first + subschema.count; ++i) {
    const Instruction& it = schema_.instructions[i];
    const auto bit = [](Node node) { return 1u << static_cast<uint32_t>(node.kind()); };
    if (it.op == Op::type) result &= it.a;
    if (it.op == Op::constant) result &= bit(schema_.source(subschema, it));
    if (it.op == Op::enumeration) {
      uint32_t listed = 0;
      const Node values = schema_.source(subschema, it);
      for (uint32_t k = 0; k < values.size(); ++k) listed |= bit(values.item(k));
      result &= listed;
    }
    if (it.op == Op::ref) result &= types(it.a);
    if (it.op == Op::all_of || it.op == Op::jump)
      for (const uint32_t branch : schema_.branches(it)) result &= types(branch);
    if (it.op == Op::any_of || it.op == Op::one_of) {
      uint32_t either = 0;
      for (uint32_t k = 0; k < it.b; ++k) either |= types(schema_.links[it.a + k]);
      result &= either;
    }
  }
  types_.emplace(index, result);
  return result;
}

Outline::Agreement Outline::agreement(uint32_t subschema, Node mapping) const {
  Agreement result;
  for (const uint32_t index : in_place(subschema, Through::certain)) {
    const Subschema& current = schema_.subschemas[index];
    for (uint32_t i = current.first; i < current.first + current.count; ++i) {
      if (schema_.instructions[i].op != Op::members) continue;
      const Members& members = schema_.members[schema_.instructions[i].a];
      for (uint32_t k = members.first; k < members.first + members.count; ++k) {
        const Property& property = schema_.properties[k];
        const uint32_t entry = entry_named(mapping, property.name);
        if (entry == kNone || property.subschema <= kNever) continue;
        const Subschema& fixed = schema_.subschemas[property.subschema];
        for (uint32_t n = fixed.first; n < fixed.first + fixed.count; ++n) {
          const Instruction& one = schema_.instructions[n];
          if (one.op != Op::constant && one.op != Op::enumeration) continue;
          const bool fits = evaluator_.assertion_holds(one, mapping.value(entry));
          (fits ? result.agrees : result.contradicts) = true;
        }
      }
    }
  }
  return result;
}

int Outline::likeness(uint32_t subschema, Node mapping) const {
  int score = 0;
  for (const uint32_t index : in_place(subschema, Through::certain)) {
    const Subschema& current = schema_.subschemas[index];
    for (uint32_t i = current.first; i < current.first + current.count; ++i) {
      const Instruction& it = schema_.instructions[i];
      if (it.op == Op::members)
        for (uint32_t k = 0; k < mapping.size(); ++k)
          if (schema_.property(schema_.members[it.a], mapping.key(k).text()) != kNone) score += 2;
      if (it.op == Op::required)
        for (uint32_t k = 0; k < it.b; ++k)
          score += entry_named(mapping, schema_.names[it.a + k]) == kNone ? -1 : 2;
    }
  }
  return score;
}

bool Outline::members_know(const Members& members, std::string_view key) const {
  if (schema_.property(members, key) != kNone) return true;
  for (uint32_t k = 0; k < members.pattern_count; ++k)
    if (schema_.patterns[schema_.member_patterns[members.patterns + k].pattern].matches(key)) return true;
  return false;
}

std::vector<uint32_t> Outline::members_of(uint32_t subschema) const {
  std::vector<uint32_t> found;
  for (const uint32_t index : in_place(subschema, Through::certain)) {
    const Subschema& current = schema_.subschemas[index];
    for (uint32_t i = current.first; i < current.first + current.count; ++i)
      if (schema_.instructions[i].op == Op::members) found.push_back(schema_.instructions[i].a);
  }
  return found;
}

bool Outline::knows(uint32_t subschema, std::string_view key) const {
  for (const uint32_t index : in_place(subschema, Through::conditions)) {
    const Subschema& current = schema_.subschemas[index];
    for (uint32_t i = current.first; i < current.first + current.count; ++i) {
      const Instruction& it = schema_.instructions[i];
      if (it.op == Op::members && members_know(schema_.members[it.a], key)) return true;
    }
  }
  return false;
}

std::vector<std::string> Outline::conditions_for(uint32_t subschema, std::string_view key) const {
  std::vector<std::string> found;
  for (const uint32_t index : in_place(subschema, Through::branches)) {
    const Subschema& current = schema_.subschemas[index];
    for (uint32_t i = current.first; i < current.first + current.count; ++i) {
      if (schema_.instructions[i].op != Op::condition) continue;
      const Condition& parts = schema_.conditions[schema_.instructions[i].a];
      if (!knows(parts.then_branch, key)) continue;
      std::string condition = first_constant(parts.condition);
      const bool told = std::find(found.begin(), found.end(), condition) != found.end();
      if (!condition.empty() && !told) found.push_back(std::move(condition));
    }
  }
  return found;
}

// The first property that a condition compares with a text.
std::string Outline::first_constant(uint32_t condition) const {
  for (const uint32_t index : in_place(condition, Through::branches)) {
    const Subschema& current = schema_.subschemas[index];
    for (uint32_t i = current.first; i < current.first + current.count; ++i) {
      if (schema_.instructions[i].op != Op::members) continue;
      const Members& members = schema_.members[schema_.instructions[i].a];
      for (uint32_t k = members.first; k < members.first + members.count; ++k) {
        const Property& property = schema_.properties[k];
        if (property.subschema <= kNever) continue;
        const auto constant = schema_.subschemas[property.subschema].source.find("const");
        if (constant && constant->is_string())
          return fmt::format("`{}: {}`", property.name, constant->text());
      }
    }
  }
  return "";
}

bool Outline::collect_values(uint32_t index, std::vector<std::string>& values) const {
  if (index <= kNever) return false;
  bool any = false;
  const Subschema& subschema = schema_.subschemas[index];
  for (uint32_t i = subschema.first; i < subschema.first + subschema.count; ++i) {
    const Instruction& it = schema_.instructions[i];
    const Node source = schema_.source(subschema, it);
    if (it.op == Op::ref)
      any = collect_values(it.a, values) || any;
    else if (it.op == Op::constant)
      values.push_back(shown(source));
    else if (it.op == Op::enumeration)
      for (uint32_t k = 0; k < source.size(); ++k) values.push_back(shown(source.item(k)));
    else if (it.op != Op::type)
      return false;
    any = any || it.op == Op::constant || it.op == Op::enumeration;
  }
  return any;
}

// The first sentence, when it is short enough to be quoted.
static std::string first_sentence(std::string_view text) {
  if (const size_t end = text.find_first_of(".\n");
      end != text.npos && end + 1 < text.size() && text[end + 1] == ' ')
    text = text.substr(0, end);
  if (text.ends_with('.')) text.remove_suffix(1);
  return text.size() <= 160 ? std::string(text) : "";
}

std::string Outline::label(uint32_t index) {
  if (index <= kNever) return "";
  const Subschema& subschema = schema_.subschemas[index];
  for (uint32_t i = subschema.first; i < subschema.first + subschema.count; ++i) {
    const Instruction& it = schema_.instructions[i];
    if (it.op == Op::required && it.b > 0) return fmt::format("`{}`", schema_.names[it.a]);
  }
  if (const auto title = subschema.source.find("title"); title && title->is_string())
    return std::string(title->text());
  if (const auto text = subschema.source.find("description"); text && text->is_string())
    if (std::string sentence = first_sentence(text->text()); !sentence.empty()) return sentence;
  for (uint32_t i = subschema.first; i < subschema.first + subschema.count; ++i) {
    const Instruction& it = schema_.instructions[i];
    if (it.op == Op::ref) return label(it.a);
    if (it.op == Op::pattern) return fmt::format("text like `{}`", schema_.patterns[it.a].text());
  }
  return type_words(types(index));
}

}  // namespace mesh::schema
