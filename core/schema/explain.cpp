#include "core/schema/outline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace mesh::schema {
namespace {

using yaml::Kind;
using yaml::Node;

// A hostile document must not fill the memory with findings.
constexpr size_t kMostViolations = 2'000;

// What the subschemas that apply to one value have in common.
struct Scope {
  Marks marks;
  std::vector<uint32_t> members;  // whose property names are known here
  bool failed = false;            // a cause was found at this value itself: its echoes are not told
};

class Explainer {
 public:
  Explainer(const Schema::Compiled& schema, Formats formats)
      : schema_(schema), evaluator_(schema, formats, Evaluator::Assert::yes), outline_(schema) {}

  std::vector<Violation> run(Node value) {
    Scope scope;
    explain(schema_.root, value, scope);
    return std::move(found_);
  }

 private:
  // Tells what is wrong with the value; in contrast to the evaluator, goes on after the first failure and
  // counts what a failing subschema has looked at.
  void explain(uint32_t index, Node value, Scope& scope);
  void instruction(const Subschema& subschema, const Instruction& it, Node value, Scope& scope);
  void reference(uint32_t index, Node value, Scope& scope);
  void assertion(const Subschema& subschema, const Instruction& it, Node value, Scope& scope);
  void members(const Instruction& it, Node value, Scope& scope);
  void member(uint32_t index, Node mapping, uint32_t entry, Scope& scope);
  void items(const Instruction& it, Node value, Scope& scope);
  void contains(const Instruction& it, Node value, Scope& scope);
  void branches(const Instruction& it, Node value, Scope& scope);
  void no_branch(const Instruction& it, Node value, Scope& scope);
  void negation(const Instruction& it, Node value, Scope& scope);
  void unevaluated(const Subschema& subschema, const Instruction& it, Node value, Scope& scope);

  bool explains_child(uint32_t index, Node value) {
    const size_t before = found_.size();
    Scope scope;
    explain(index, value, scope);
    return found_.size() == before;
  }

  Violation* add(std::string_view keyword, Node value, Span at);

  const Schema::Compiled& schema_;
  Evaluator evaluator_;
  Outline outline_;
  std::unordered_set<uint64_t> explained_;  // subschema and value of each reference
  std::vector<Violation> found_;
};

// Points at the key of an empty value: nothing stands where the value would be.
Span place_of(Node mapping, uint32_t entry) {
  const Node value = mapping.value(entry);
  return value.span().begin == value.span().end ? mapping.key(entry).span() : value.span();
}

// The first key of a mapping, where a missing one is reported. Keys that were merged in stand elsewhere.
Span first_key(Node mapping) {
  const Span whole = mapping.span();
  for (uint32_t i = 0; i < mapping.size(); ++i)
    if (const Span key = mapping.key(i).span(); key.begin >= whole.begin && key.end <= whole.end) return key;
  return whole;
}

std::string_view keyword_of(Op op) {
  switch (op) {
    case Op::type:
      return "type";
    case Op::constant:
      return "const";
    case Op::enumeration:
      return "enum";
    case Op::minimum:
      return "minimum";
    case Op::maximum:
      return "maximum";
    case Op::exclusive_minimum:
      return "exclusiveMinimum";
    case Op::exclusive_maximum:
      return "exclusiveMaximum";
    case Op::multiple_of:
      return "multipleOf";
    case Op::min_length:
      return "minLength";
    case Op::max_length:
      return "maxLength";
    case Op::min_items:
      return "minItems";
    case Op::max_items:
      return "maxItems";
    case Op::min_properties:
      return "minProperties";
    case Op::max_properties:
      return "maxProperties";
    case Op::pattern:
      return "pattern";
    case Op::format:
      return "format";
    case Op::required:
      return "required";
    case Op::dependent_required:
      return "dependentRequired";
    case Op::unique_items:
      return "uniqueItems";
    case Op::any_of:
      return "anyOf";
    case Op::one_of:
      return "oneOf";
    case Op::unevaluated_items:
      return "unevaluatedItems";
    case Op::unevaluated_properties:
      return "unevaluatedProperties";
    default:
      return "";
  }
}

Violation* Explainer::add(std::string_view keyword, Node value, Span at) {
  if (found_.size() >= kMostViolations) return nullptr;
  Violation& violation = found_.emplace_back();
  violation.keyword = keyword;
  violation.instance = value;
  violation.at = at;
  return &violation;
}

void Explainer::explain(uint32_t index, Node value, Scope& scope) {
  if (index == kAlways) return;
  if (index == kNever) {
    scope.failed = true;
    add("false", value, value.span());
    return;
  }
  const Subschema& subschema = schema_.subschemas[index];
  const auto run_all = [&](Scope& own) {
    for (uint32_t i = subschema.first; i < subschema.first + subschema.count; ++i)
      instruction(subschema, schema_.instructions[i], value, own);
  };
  if (!schema_.asks_for_marks(subschema)) return run_all(scope);
  Scope own;
  own.failed = scope.failed;
  run_all(own);
  scope.marks.merge(own.marks);
  scope.members.insert(scope.members.end(), own.members.begin(), own.members.end());
  scope.failed = own.failed;
}

void Explainer::instruction(const Subschema& subschema, const Instruction& it, Node value, Scope& scope) {
  switch (it.op) {
    case Op::members:
      if (value.is_mapping()) members(it, value, scope);
      break;
    case Op::property_names:
      for (uint32_t k = 0; value.is_mapping() && k < value.size(); ++k) explains_child(it.a, value.key(k));
      break;
    case Op::items:
      if (value.is_sequence()) items(it, value, scope);
      break;
    case Op::contains:
      if (value.is_sequence()) contains(it, value, scope);
      break;
    case Op::ref:
      reference(it.a, value, scope);
      break;
    case Op::all_of:
    case Op::jump:
      for (const uint32_t branch : schema_.branches(it)) explain(branch, value, scope);
      break;
    case Op::any_of:
    case Op::one_of:
      branches(it, value, scope);
      break;
    case Op::negation:
      negation(it, value, scope);
      break;
    case Op::condition: {
      const Condition& parts = schema_.conditions[it.a];
      const bool met = evaluator_.condition_holds(parts, value, &scope.marks);
      explain(met ? parts.then_branch : parts.else_branch, value, scope);
      break;
    }
    case Op::dependent_schema:
      if (value.is_mapping() && entry_named(value, schema_.names[it.a]) != kNone) explain(it.b, value, scope);
      break;
    case Op::unevaluated_items:
    case Op::unevaluated_properties:
      unevaluated(subschema, it, value, scope);
      break;
    default:
      assertion(subschema, it, value, scope);
  }
}

// What was told once is not told again: schemas that refer to each other may come by exponentially often.
void Explainer::reference(uint32_t index, Node value, Scope& scope) {
  if (explained_.insert(uint64_t{index} << 32 | value.id()).second) return explain(index, value, scope);
  Marks marks;
  if (!evaluator_.holds(index, value, &marks)) scope.failed = true;
  scope.marks.merge(marks);
}

void Explainer::assertion(const Subschema& subschema, const Instruction& it, Node value, Scope& scope) {
  if (it.op == Op::format ? evaluator_.format_fits(it, value) : evaluator_.assertion_holds(it, value)) return;
  scope.failed = true;
  const std::string_view keyword = keyword_of(it.op);
  const Node source = schema_.source(subschema, it);
  switch (it.op) {
    case Op::required:
    case Op::dependent_required:
      for (uint32_t i = it.op == Op::required ? 0 : 1; i < it.b + (it.op == Op::required ? 0 : 1); ++i) {
        const std::string_view name = schema_.names[it.a + i];
        if (entry_named(value, name) != kNone) continue;
        Violation* violation = add(keyword, value, first_key(value));
        if (!violation) return;
        violation->name = name;
        if (it.op == Op::dependent_required) violation->expected = schema_.names[it.a];
      }
      return;
    default:
      break;
  }
  Violation* violation = add(keyword, value, value.span());
  if (!violation) return;
  if (it.op == Op::type)
    violation->expected = type_words(it.a);
  else if (it.op == Op::enumeration)
    for (uint32_t i = 0; i < source.size(); ++i) violation->known.push_back(shown(source.item(i)));
  else if (it.op == Op::constant)
    violation->known.push_back(shown(source));
  else
    violation->expected = shown(source);
}

void Explainer::member(uint32_t index, Node mapping, uint32_t entry, Scope& scope) {
  const Node value = mapping.value(entry);
  const size_t before = found_.size();
  if (index == kNever) {
    if (Violation* violation = add("false", mapping, mapping.key(entry).span()))
      violation->name = mapping.key(entry).text();
    scope.failed = true;
    return;
  }
  explains_child(index, value);
  if (found_.size() == before) return;
  const bool scalar = !value.is_mapping() && !value.is_sequence();
  // A value that decides what the others mean may be wrong: then they are not to blame.
  const bool wrong_type =
      std::any_of(found_.begin() + static_cast<ptrdiff_t>(before), found_.end(),
                  [&](const auto& one) { return one.instance == value && one.keyword == "type"; });
  scope.failed = scope.failed || scalar || wrong_type;
  for (size_t i = before; i < found_.size(); ++i)
    if (found_[i].instance == value && found_[i].at == value.span()) found_[i].at = place_of(mapping, entry);
}

void Explainer::members(const Instruction& it, Node value, Scope& scope) {
  const Members& members = schema_.members[it.a];
  scope.members.push_back(it.a);
  for (uint32_t i = 0; i < value.size(); ++i) {
    const std::string_view name = value.key(i).text();
    const uint32_t property = schema_.property(members, name);
    bool matched = property != kNone;
    if (matched) member(schema_.properties[property].subschema, value, i, scope);
    for (uint32_t k = 0; k < members.pattern_count; ++k) {
      const MemberPattern& pattern = schema_.member_patterns[members.patterns + k];
      if (!schema_.patterns[pattern.pattern].matches(name)) continue;
      matched = true;
      member(pattern.subschema, value, i, scope);
    }
    if (!matched && members.additional != kNone) {
      matched = true;
      if (members.additional != kNever) {
        member(members.additional, value, i, scope);
      } else if (Violation* violation = add("additionalProperties", value, value.key(i).span())) {
        violation->name = name;
        for (uint32_t k = 0; k < members.count; ++k)
          violation->known.emplace_back(schema_.properties[members.first + k].name);
        scope.failed = true;
      }
    }
    if (matched) scope.marks.set(i);
  }
}

void Explainer::items(const Instruction& it, Node value, Scope& scope) {
  const Items& items = schema_.items[it.a];
  for (uint32_t i = 0; i < value.size(); ++i) {
    const uint32_t index = i < items.count ? schema_.links[items.first + i] : items.rest;
    if (index == kNone) break;
    if (index == kNever) {
      add(items.rest_is_additional ? "additionalItems" : "items", value, value.item(i).span());
      scope.failed = true;
      break;
    }
    explains_child(index, value.item(i));
  }
  if (items.rest != kNone)
    scope.marks.set_all();
  else
    scope.marks.set_first(std::min(items.count, value.size()));
}

void Explainer::contains(const Instruction& it, Node value, Scope& scope) {
  const Contains& contains = schema_.contains[it.a];
  const uint32_t matching = evaluator_.matching_items(contains, value, &scope.marks);
  if (matching >= contains.least && matching <= contains.most) return;
  scope.failed = true;
  const bool few = matching < contains.least;
  const std::string_view keyword = !few ? "maxContains" : contains.has_least ? "minContains" : "contains";
  if (Violation* violation = add(keyword, value, value.span()))
    violation->expected = std::to_string(few ? contains.least : contains.most);
}

// ---- anyOf and oneOf

void Explainer::branches(const Instruction& it, Node value, Scope& scope) {
  std::vector<uint32_t> passing;
  for (uint32_t k = 0; k < it.b; ++k)
    if (evaluator_.holds(schema_.links[it.a + k], value, nullptr)) passing.push_back(schema_.links[it.a + k]);
  if (passing.empty()) return no_branch(it, value, scope);
  for (const uint32_t branch : passing) explain(branch, value, scope);
  if (it.op == Op::any_of || passing.size() == 1) return;
  // When something else is wrong with the value, that it fits two branches follows from it.
  if (scope.failed) return;
  scope.failed = true;
  if (Violation* violation = add("oneOf", value, value.span())) {
    violation->name = "several";
    for (const uint32_t branch : passing) violation->known.push_back(outline_.label(branch));
  }
}

void Explainer::no_branch(const Instruction& it, Node value, Scope& scope) {
  scope.failed = true;
  std::vector<uint32_t> meant;
  uint32_t allowed = 0;
  for (uint32_t k = 0; k < it.b; ++k) {
    const uint32_t branch = schema_.links[it.a + k];
    allowed |= outline_.types(branch);
    if (outline_.types(branch) >> static_cast<uint32_t>(value.kind()) & 1) meant.push_back(branch);
  }
  const std::string_view keyword = keyword_of(it.op);
  if (meant.empty()) {
    if (Violation* violation = add(keyword, value, value.span())) violation->expected = type_words(allowed);
    return;
  }
  if (meant.size() > 1 && value.is_mapping()) {
    std::vector<uint32_t> agreeing, possible;
    for (const uint32_t branch : meant) {
      const auto [agrees, contradicts] = outline_.agreement(branch, value);
      if (contradicts) continue;
      possible.push_back(branch);
      if (agrees) agreeing.push_back(branch);
    }
    if (!agreeing.empty())
      meant = agreeing;
    else if (!possible.empty())
      meant = possible;
  }
  if (meant.size() > 1 && value.is_mapping()) {
    int best = 0;
    std::vector<uint32_t> nearest;
    for (const uint32_t branch : meant) {
      const int score = outline_.likeness(branch, value);
      if (score > best) nearest.clear();
      best = std::max(best, score);
      if (score == best && score > 0) nearest.push_back(branch);
    }
    if (nearest.size() == 1) meant = nearest;
  }
  if (meant.size() == 1) return explain(meant.front(), value, scope);
  std::vector<std::string> values;
  const bool are_values = std::all_of(
      meant.begin(), meant.end(), [&](uint32_t branch) { return outline_.collect_values(branch, values); });
  Violation* violation = add(are_values ? "enum" : keyword, value, value.span());
  if (!violation) return;
  if (are_values)
    violation->known = std::move(values);
  else
    for (const uint32_t branch : meant) {
      violation->known.push_back(outline_.label(branch));
      const std::vector<uint32_t> members = outline_.members_of(branch);
      scope.members.insert(scope.members.end(), members.begin(), members.end());
    }
}

void Explainer::negation(const Instruction& it, Node value, Scope& scope) {
  if (!evaluator_.holds(it.a, value, nullptr)) return;
  scope.failed = true;
  // {"not": {"required": [KEY]}} forbids the key.
  Span at = value.span();
  std::string name;
  if (it.a > kNever && value.is_mapping()) {
    const Subschema& forbidden = schema_.subschemas[it.a];
    const Instruction& only = schema_.instructions[forbidden.first];
    if (forbidden.count == 1 && only.op == Op::required && only.b == 1) {
      name = schema_.names[only.a];
      at = value.key(entry_named(value, name)).span();
    }
  }
  if (Violation* violation = add("not", value, at)) violation->name = std::move(name);
}

void Explainer::unevaluated(const Subschema& subschema, const Instruction& it, Node value, Scope& scope) {
  const bool properties = it.op == Op::unevaluated_properties;
  if (properties ? !value.is_mapping() : !value.is_sequence()) return;
  const auto self = static_cast<uint32_t>(&subschema - schema_.subschemas.data());
  std::vector<std::string> known;
  for (uint32_t i = 0; i < value.size(); ++i) {
    if (scope.marks.has(i)) continue;
    if (it.a != kNever) {
      if (properties)
        member(it.a, value, i, scope);
      else
        explains_child(it.a, value.item(i));
      continue;
    }
    const Span at = properties ? value.key(i).span() : value.item(i).span();
    const bool elsewhere = properties && outline_.knows(self, value.key(i).text());
    if (scope.failed && (elsewhere || !properties)) continue;
    Violation* violation = add(keyword_of(it.op), value, at);
    if (!violation) return;
    if (!properties) continue;
    if (known.empty())
      for (const uint32_t members : scope.members)
        for (uint32_t k = 0; k < schema_.members[members].count; ++k)
          known.emplace_back(schema_.properties[schema_.members[members].first + k].name);
    violation->name = value.key(i).text();
    violation->known = known;
    violation->known_elsewhere = elsewhere;
    if (elsewhere) violation->conditions = outline_.conditions_for(self, value.key(i).text());
  }
  scope.marks.set_all();
}

}  // namespace

std::vector<Violation> validate(const Schema& schema, Node instance, Formats formats) {
  if (!schema.compiled) return {};
  const Schema::Compiled& compiled = *schema.compiled;
  if (!compiled.has_formats) formats = Formats::ignored;
  Evaluator evaluator(compiled, formats);
  const bool is_valid = evaluator.holds(compiled.root, instance, nullptr);
  std::vector<Violation> found;
  if (!is_valid) found = Explainer(compiled, Formats::ignored).run(instance);
  // An evaluation that succeeded has been everywhere, one that failed stopped halfway.
  if (formats == Formats::ignored || (is_valid && !evaluator.format_failed())) return found;
  if (is_valid &&
      Evaluator(compiled, formats, Evaluator::Assert::yes).holds(compiled.root, instance, nullptr))
    return found;
  for (Violation& violation : Explainer(compiled, formats).run(instance)) {
    if (!is_valid && violation.keyword != "format") continue;
    violation.by_format = true;
    found.push_back(std::move(violation));
  }
  return found;
}

}  // namespace mesh::schema
