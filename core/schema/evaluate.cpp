#include "core/schema/evaluate.hpp"

#include "core/base/utf8.hpp"
#include "core/schema/formats.hpp"

#include <algorithm>
#include <functional>

namespace mesh::schema {

using yaml::Kind;
using yaml::Node;
using yaml::Tree;

// Schemas that refer to each other can ask the same of a value exponentially often. Past this many references
// the answers are remembered; before, remembering costs more than it saves.
static constexpr uint64_t kRememberFrom = 200'000;
static constexpr size_t kMostAnswers = 1'000'000;

// So many members are looked for by name, instead of names among the members that are known.
static constexpr uint32_t kFewProperties = 2;

// ---- marks

void Marks::set_high(uint32_t index) {
  const size_t word = index / 64 - 1;
  if (high_.size() <= word) high_.resize(word + 1);
  high_[word] |= uint64_t{1} << index % 64;
}

void Marks::set_first(uint32_t count) {
  for (uint32_t i = 0; i < count && !all_; ++i) set(i);
}

bool Marks::has_high(uint32_t index) const {
  const size_t word = index / 64 - 1;
  return word < high_.size() && (high_[word] >> index % 64 & 1);
}

void Marks::merge(const Marks& other) {
  all_ = all_ || other.all_;
  low_ |= other.low_;
  if (high_.size() < other.high_.size()) high_.resize(other.high_.size());
  for (size_t i = 0; i < other.high_.size(); ++i) high_[i] |= other.high_[i];
}

// ---- assertions

uint32_t entry_named(Node mapping, std::string_view name, uint16_t hash) {
  if (!mapping.is_mapping()) return kNone;
  const Tree& tree = *mapping.tree();
  const Tree::Data& data = tree.at(mapping.id());
  for (uint32_t i = 0; i < data.size; i += 2)
    if (const Tree::Data& key = tree.at(tree.edge(data.first + i));
        key.hash == hash && yaml::same_text(tree.text(key), name))
      return i / 2;
  return kNone;
}

static size_t hash_of(Node value) {
  switch (value.kind()) {
    case Kind::null:
      return 1;
    case Kind::boolean:
      return value.boolean() ? 2 : 3;
    case Kind::integer:
    case Kind::number:
      return std::hash<double>{}(value.number());
    case Kind::string:
      return std::hash<std::string_view>{}(value.text());
    case Kind::sequence: {
      size_t hash = 5;
      for (uint32_t i = 0; i < value.size(); ++i) hash = hash * 31 + hash_of(value.item(i));
      return hash;
    }
    case Kind::mapping: {
      size_t hash = 7;
      for (uint32_t i = 0; i < value.size(); ++i)
        hash += (hash_of(value.value(i)) * 31 + std::hash<std::string_view>{}(value.key(i).text())) * 17;
      return hash;
    }
  }
  return 0;
}

static bool are_unique(Node list) {
  std::vector<std::pair<size_t, uint32_t>> hashes;
  hashes.reserve(list.size());
  for (uint32_t i = 0; i < list.size(); ++i) hashes.emplace_back(hash_of(list.item(i)), i);
  std::sort(hashes.begin(), hashes.end());
  for (size_t i = 0; i < hashes.size(); ++i)
    for (size_t k = i + 1; k < hashes.size() && hashes[k].first == hashes[i].first; ++k)
      if (equal(list.item(hashes[i].second), list.item(hashes[k].second))) return false;
  return true;
}

static bool is_number(Node value) { return value.kind() == Kind::integer || value.kind() == Kind::number; }

bool Evaluator::is_among(const Enumeration& values, Node value) const {
  if (values.are_texts) {
    if (!value.is_string()) return false;
    const std::string_view text = value.text();
    const auto is_text = [&](uint32_t number) { return yaml::same_text(schema_.names[number], text); };
    return schema_.look_up(values.table, hash_text(text), is_text) != kNone;
  }
  for (uint32_t i = 0; i < values.list.size(); ++i)
    if (equal(values.list.item(i), value)) return true;
  return false;
}

bool Evaluator::assertion_holds(const Instruction& it, Node value) const {
  const auto compared = [&] { return is_number(value) ? compare(value, schema_.limits[it.a]) : 2; };
  switch (it.op) {
    case Op::type:
      return type_fits(it.a, value);
    case Op::constant:
      return equal(schema_.constants[it.a], value);
    case Op::enumeration:
      return is_among(schema_.enumerations[it.a], value);
    case Op::minimum:
      return compared() != -1;
    case Op::maximum:
      return compared() != 1;
    case Op::exclusive_minimum:
      return compared() > 0;
    case Op::exclusive_maximum:
      return compared() == -1 || compared() == 2;
    case Op::multiple_of:
      return !is_number(value) || is_multiple(value, schema_.limits[it.a]);
    case Op::min_length:
      return !value.is_string() || utf8::length(value.text()) >= it.a;
    case Op::max_length:
      return !value.is_string() || utf8::length(value.text()) <= it.a;
    case Op::min_items:
      return !value.is_sequence() || value.size() >= it.a;
    case Op::max_items:
      return !value.is_sequence() || value.size() <= it.a;
    case Op::min_properties:
      return !value.is_mapping() || value.size() >= it.a;
    case Op::max_properties:
      return !value.is_mapping() || value.size() <= it.a;
    case Op::pattern:
      return !value.is_string() || schema_.patterns[it.a].matches(value.text());
    case Op::required:
      if (!value.is_mapping()) return true;
      for (uint32_t i = 0; i < it.b; ++i)
        if (entry_named(value, schema_.names[it.a + i]) == kNone) return false;
      return true;
    case Op::dependent_required:
      if (!value.is_mapping() || entry_named(value, schema_.names[it.a]) == kNone) return true;
      for (uint32_t i = 1; i <= it.b; ++i)
        if (entry_named(value, schema_.names[it.a + i]) == kNone) return false;
      return true;
    case Op::unique_items:
      return !value.is_sequence() || are_unique(value);
    default:
      return true;
  }
}

bool Evaluator::format_fits(const Instruction& it, Node value) const {
  if (formats_ == Formats::ignored || !value.is_string()) return true;
  const auto format = static_cast<Format>(it.a);
  if (has_format(format, value.text()) || has_variable(value.text())) return true;
  // Braces mean something of their own in these.
  const bool takes_braces = format == Format::regex || format == Format::json_pointer;
  return formats_ == Formats::lenient && !takes_braces && has_placeholder(value.text());
}

// ---- applicators

bool Evaluator::applies(uint32_t index, Node value, Marks* marks) {
  const Plan& plan = schema_.plans[index];
  if (plan.has_references && ++references_ > kRememberFrom) return remembered(index, value, marks);
  return plan.asks_for_marks ? run_with_marks(plan, value, marks) : run(plan, value, marks);
}

// unevaluated… sees what this subschema has looked at, not what those around it have.
bool Evaluator::run_with_marks(const Plan& plan, Node value, Marks* marks) {
  Marks own;
  if (!run(plan, value, &own)) return false;
  if (marks) marks->merge(own);
  return true;
}

bool Evaluator::run(const Plan& plan, Node value, Marks* marks) {
  if (plan.members != kNone && value.is_mapping() &&
      !members_hold(schema_.members[plan.members], value, marks))
    return false;
  for (uint32_t i = plan.first; i < plan.first + plan.count; ++i) {
    const Instruction& it = schema_.instructions[i];
    switch (it.op) {
      case Op::format:
        if (format_fits(it, value)) break;
        if (assert_formats_) return false;
        format_failed_ = true;
        break;
      case Op::members:
        if (value.is_mapping() && !members_hold(schema_.members[it.a], value, marks)) return false;
        break;
      case Op::property_names:
        for (uint32_t k = 0; value.is_mapping() && k < value.size(); ++k)
          if (!holds(it.a, value.key(k), nullptr)) return false;
        break;
      case Op::items:
        if (value.is_sequence() && !items_hold(schema_.items[it.a], value, marks)) return false;
        break;
      case Op::contains: {
        if (!value.is_sequence()) break;
        const Contains& contains = schema_.contains[it.a];
        const uint32_t matching = matching_items(contains, value, marks);
        if (matching < contains.least || matching > contains.most) return false;
        break;
      }
      case Op::ref:
        if (!holds(it.a, value, marks)) return false;
        break;
      case Op::jump:
        if (!jump_holds(it, value, marks)) return false;
        break;
      case Op::any_of:
        if (!any_holds(it, value, marks)) return false;
        break;
      case Op::one_of:
        if (!one_holds(it, value, marks)) return false;
        break;
      case Op::negation:
        if (holds(it.a, value, nullptr)) return false;
        break;
      case Op::condition: {
        const Condition& parts = schema_.conditions[it.a];
        const bool met = condition_holds(parts, value, marks);
        if (!holds(met ? parts.then_branch : parts.else_branch, value, marks)) return false;
        break;
      }
      case Op::dependent_schema:
        if (value.is_mapping() && entry_named(value, schema_.names[it.a]) != kNone &&
            !holds(it.b, value, marks))
          return false;
        break;
      case Op::unevaluated_items:
      case Op::unevaluated_properties:
        if (!unevaluated_hold(it, value, marks)) return false;
        break;
      default:
        if (!assertion_holds(it, value)) return false;
    }
  }
  return true;
}

bool Evaluator::members_hold(const Members& members, Node value, Marks* marks) {
  if (members.is_open() && members.count <= kFewProperties) return few_hold(members, value, marks);
  const Tree& tree = *value.tree();
  const Tree::Data& mapping = tree.at(value.id());
  uint64_t missing = members.required_bits;
  for (uint32_t i = 0; i < mapping.size; i += 2) {
    const Tree::Data& key = tree.at(tree.edge(mapping.first + i));
    const Node member(&tree, tree.edge(mapping.first + i + 1));
    const std::string_view name = tree.text(key);
    bool matched = false;
    if (const uint32_t number = schema_.property(members, name, key.hash); number != kNone) {
      const Property& property = schema_.properties[number];
      if (!holds(property.subschema, member, nullptr)) return false;
      missing &= ~property.required_bit;
      matched = property.is_evaluated;
    }
    for (uint32_t k = 0; k < members.pattern_count; ++k) {
      const MemberPattern& pattern = schema_.member_patterns[members.patterns + k];
      if (!schema_.patterns[pattern.pattern].matches(name)) continue;
      matched = true;
      if (!holds(pattern.subschema, member, nullptr)) return false;
    }
    if (!matched && members.additional != kNone) {
      matched = true;
      if (!holds(members.additional, member, nullptr)) return false;
    }
    if (matched && marks) marks->set(i / 2);
  }
  return missing == 0;
}

// The same for few properties and nothing else: they are looked for one by one.
bool Evaluator::few_hold(const Members& members, Node value, Marks* marks) {
  for (uint32_t i = members.first; i < members.first + members.count; ++i) {
    const Property& property = schema_.properties[i];
    const uint32_t entry = entry_named(value, property.name, property.hash);
    if (entry == kNone) {
      if (property.required_bit != 0) return false;
      continue;
    }
    if (!holds(property.subschema, value.value(entry), nullptr)) return false;
    if (marks && property.is_evaluated) marks->set(entry);
  }
  return true;
}

bool Evaluator::items_hold(const Items& items, Node value, Marks* marks) {
  const uint32_t size = value.size();
  for (uint32_t i = 0; i < size; ++i) {
    const uint32_t subschema = i < items.count ? schema_.links[items.first + i] : items.rest;
    if (subschema == kNone) break;
    if (!holds(subschema, value.item(i), nullptr)) return false;
  }
  if (marks && items.rest != kNone)
    marks->set_all();
  else if (marks)
    marks->set_first(std::min(items.count, size));
  return true;
}

uint32_t Evaluator::matching_items(const Contains& contains, Node value, Marks* marks) {
  uint32_t matching = 0;
  for (uint32_t i = 0; i < value.size() && matching <= contains.most; ++i) {
    if (!holds(contains.subschema, value.item(i), nullptr)) continue;
    ++matching;
    if (marks && contains.marks) marks->set(i);
    if (matching >= contains.least && contains.most == UINT32_MAX && !marks) break;
  }
  return matching;
}

bool Evaluator::jump_holds(const Instruction& it, Node value, Marks* marks) {
  const Jump& jump = schema_.jumps[it.a];
  const uint32_t entry = value.is_mapping() ? entry_named(value, jump.key) : kNone;
  if (entry == kNone) {
    if (value.is_mapping() && jump.key_required) return true;
    return std::ranges::all_of(schema_.branches(it),
                               [&](uint32_t branch) { return holds(branch, value, marks); });
  }
  const Node member = value.value(entry);
  if (!member.is_string()) return true;
  const std::string_view text = member.text();
  const auto refuses = [&](uint32_t number) {
    const JumpTarget& target = schema_.jump_targets[number];
    if (!yaml::same_text(target.text, text)) return false;
    if (marks) marks->set(entry);
    return !holds(target.subschema, value, marks);
  };
  return schema_.look_up(jump.table, hash_text(text), refuses) == kNone;
}

bool Evaluator::any_holds(const Instruction& it, Node value, Marks* marks) {
  bool any = false;
  for (uint32_t k = 0; k < it.b; ++k) {
    Marks branch;
    if (!holds(schema_.links[it.a + k], value, marks ? &branch : nullptr)) continue;
    if (!marks) return true;
    any = true;
    marks->merge(branch);
  }
  return any;
}

bool Evaluator::one_holds(const Instruction& it, Node value, Marks* marks) {
  uint32_t count = 0;
  for (uint32_t k = 0; k < it.b; ++k) {
    Marks branch;
    if (!holds(schema_.links[it.a + k], value, marks ? &branch : nullptr)) continue;
    if (++count > 1) return false;
    if (marks) marks->merge(branch);
  }
  return count == 1;
}

bool Evaluator::condition_holds(const Condition& parts, Node value, Marks* marks) {
  if (parts.is_simple) {
    if (!value.is_mapping()) return true;
    const uint32_t index = entry_named(value, parts.key);
    if (index == kNone) return !parts.key_required;
    const Node member = value.value(index);
    if (!member.is_string()) return false;
    const auto first = schema_.names.begin() + parts.first;
    if (std::find(first, first + parts.count, member.text()) == first + parts.count) return false;
    if (marks) marks->set(index);
    return true;
  }
  Marks condition;
  if (!holds(parts.condition, value, marks ? &condition : nullptr)) return false;
  if (marks) marks->merge(condition);
  return true;
}

bool Evaluator::unevaluated_hold(const Instruction& it, Node value, Marks* marks) {
  const bool properties = it.op == Op::unevaluated_properties;
  if (properties ? !value.is_mapping() : !value.is_sequence()) return true;
  const uint32_t size = value.size();
  const bool all_marked = marks->has_first(size);
  for (uint32_t i = 0; i < size && !all_marked; ++i)
    if (!marks->has(i) && !holds(it.a, properties ? value.value(i) : value.item(i), nullptr)) return false;
  marks->set_all();
  return true;
}

bool Evaluator::remembered(uint32_t index, Node value, Marks* marks) {
  const uint64_t key = (uint64_t{index} << 33) | (uint64_t{value.id()} << 1) | (marks ? 1 : 0);
  if (const auto known = answers_.find(key); known != answers_.end()) {
    if (marks) marks->merge(known->second.marks);
    return known->second.holds;
  }
  Answer answer;
  const Plan& plan = schema_.plans[index];
  Marks* const wanted = marks ? &answer.marks : nullptr;
  answer.holds = plan.asks_for_marks ? run_with_marks(plan, value, wanted) : run(plan, value, wanted);
  if (marks) marks->merge(answer.marks);
  if (answers_.size() < kMostAnswers) answers_.emplace(key, answer);
  return answer.holds;
}

bool is_valid(const Schema& schema, Node instance) {
  return !schema.compiled || Evaluator(*schema.compiled).holds(schema.compiled->root, instance, nullptr);
}

}  // namespace mesh::schema
