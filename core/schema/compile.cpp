#include "core/schema/compiled.hpp"
#include "core/schema/formats.hpp"
#include "core/schema/resources.hpp"

#include "core/base/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <unordered_map>

namespace mesh::schema {
namespace {

using yaml::Kind;
using yaml::Node;

// The longest way over subschemas that stays on one value. Bounds the stack of an evaluation.
constexpr uint32_t kMaxHeight = 64;

constexpr uint32_t bit(Kind kind) { return 1u << static_cast<uint32_t>(kind); }

class Compiler {
 public:
  Compiler(const Registry* registry, Draft fallback) : resources_(registry, fallback, out_->texts) {
    out_->subschemas.resize(2);
  }

  Result<Schema> run(std::shared_ptr<const Text> text) {
    const uint32_t resource = resources_.load("", std::move(text));
    if (failed()) return tl::unexpected<Error>(error_ ? *error_ : *resources_.error());
    out_->root = subschema({resource, resources_[resource].root});
    while (!failed() && !waiting_.empty()) {
      const Waiting next = waiting_.back();
      waiting_.pop_back();
      fill(next);
    }
    if (!failed()) measure_heights();
    if (!failed()) find_jumps(*out_);
    if (!failed()) make_plans(*out_);
    if (failed()) return tl::unexpected<Error>(error_ ? *error_ : *resources_.error());
    return Schema{std::move(out_)};
  }

 private:
  struct Waiting {
    uint32_t index;
    Location at;
  };

  bool failed() const { return error_ || resources_.error(); }
  // `what` is wrong at `node`, which belongs to the current resource's text.
  void refuse(const Location& at, Node node, std::string_view what, std::string help = {}) {
    if (!error_) error_ = fault_at(*resources_[at.resource].text, node, what, std::move(help));
  }
  void refuse(Node node, std::string_view what) {
    for (const auto& text : out_->texts)
      if (!error_ && text->document.root().tree() == node.tree()) error_ = fault_at(*text, node, what);
  }

  // ---- references

  uint32_t reference(Node value, const Location& from) {
    if (!value.is_string()) {
      refuse(from, value, "`$ref` must be a string");
      return kAlways;
    }
    auto& known = references_[{from.resource, value.text()}];
    if (known != kAlways) return known;
    const auto at = resources_.locate(value.text(), from);
    if (!at) {
      std::string help;
      if (resources_.is_elsewhere(value.text(), from))
        help = "it names another document, and nothing is fetched";
      else if (const auto near = resources_.nearest_to(value.text(), from))
        help = fmt::format("did you mean `{}`?", printable(*near));
      refuse(from, value, fmt::format("`$ref` leads nowhere: `{}`", printable(value.text())),
             std::move(help));
      return kAlways;
    }
    const uint32_t index = subschema(*at);
    known = index;
    return index;
  }

  // ---- subschemas

  uint32_t subschema(Location at) {
    if (at.node.kind() == Kind::boolean) return at.node.boolean() ? kAlways : kNever;
    if (!at.node.is_mapping()) {
      refuse(at, at.node,
             fmt::format("a schema must be a mapping or a boolean, not {}", described(at.node.kind())));
      return kAlways;
    }
    if (at.node.size() == 0) return kAlways;
    std::vector<uint32_t>& numbers = numbers_of(at.node.tree());
    uint32_t& number = numbers[at.node.id()];
    if (number != 0) return number;
    number = static_cast<uint32_t>(out_->subschemas.size());
    out_->subschemas.push_back({0, 0, 0, at.node});
    waiting_.push_back({number, resources_[at.resource].text->has_ids ? resources_.entered(at) : at});
    return number;
  }

  std::vector<uint32_t>& numbers_of(const yaml::Tree* tree) {
    std::vector<uint32_t>& numbers = numbers_[tree];
    if (numbers.empty()) numbers.resize(tree->node_count());
    return numbers;
  }

  void add(Op op, Node value, uint32_t a = 0, uint32_t b = 0) { filling_.push_back({op, a, b, value.id()}); }

  void fill(const Waiting& next) {
    filling_.clear();
    const Draft draft = resources_[next.at.resource].draft;
    const Node node = next.at.node;
    const auto ref = draft == Draft::draft7 ? node.find("$ref") : std::nullopt;
    if (ref) {
      add(Op::ref, *ref, reference(*ref, next.at));
    } else {
      parts_ = {};
      for (uint32_t i = 0; i < node.size() && !failed(); ++i)
        keyword(node.key(i).text(), node.value(i), next.at, draft);
      if (!failed()) members(next.at);
      if (!failed()) items(next.at, draft);
    }
    std::stable_sort(filling_.begin(), filling_.end(),
                     [](const Instruction& a, const Instruction& b) { return a.op < b.op; });
    Subschema& subschema = out_->subschemas[next.index];
    subschema.first = static_cast<uint32_t>(out_->instructions.size());
    subschema.count = static_cast<uint32_t>(filling_.size());
    out_->instructions.insert(out_->instructions.end(), filling_.begin(), filling_.end());
  }

  void keyword(std::string_view name, Node value, const Location& at, Draft draft);
  void members(const Location& at);
  void items(const Location& at, Draft draft);

  // ---- shapes of keyword values

  bool expect(bool fine, const Location& at, Node value, std::string_view keyword, std::string_view shape) {
    if (!fine) refuse(at, value, fmt::format("`{}` must be {}", keyword, shape));
    return fine;
  }

  void type(Node value, const Location& at) {
    uint32_t bits = 0;
    const auto add_one = [&](Node one) {
      static constexpr std::pair<std::string_view, uint32_t> kTypes[] = {
          {"null", bit(Kind::null)},
          {"boolean", bit(Kind::boolean)},
          {"integer", bit(Kind::integer)},
          {"string", bit(Kind::string)},
          {"array", bit(Kind::sequence)},
          {"object", bit(Kind::mapping)},
          {"number", bit(Kind::number) | bit(Kind::integer)}};
      for (const auto& [known, mask] : kTypes)
        if (one.is_string() && one.text() == known) {
          bits |= mask;
          return;
        }
      std::vector<std::string> names;
      for (const auto& [known, mask] : kTypes) names.emplace_back(known);
      const auto near = nearest(one.text(), names);
      refuse(at, one, fmt::format("`{}` is no type", printable(one.text())),
             near ? fmt::format("did you mean `{}`?", *near) : "the types are " + join(names, ", "));
    };
    if (value.is_sequence())
      for (uint32_t i = 0; i < value.size(); ++i) add_one(value.item(i));
    else
      add_one(value);
    add(Op::type, value, bits);
  }

  void limit(Op op, std::string_view keyword, Node value, const Location& at) {
    const Limit limit = limit_of(value);
    const bool numeric = value.kind() == Kind::integer || value.kind() == Kind::number;
    if (!expect(numeric, at, value, keyword, "a number")) return;
    if (op == Op::multiple_of && !expect(limit.value > 0, at, value, keyword, "greater than 0")) return;
    add(op, value, static_cast<uint32_t>(out_->limits.size()));
    out_->limits.push_back(limit);
  }

  std::optional<uint32_t> count(std::string_view keyword, Node value, const Location& at) {
    const bool numeric = value.kind() == Kind::integer || value.kind() == Kind::number;
    const bool fine = numeric && is_integral(value) && value.number() >= 0;
    if (!expect(fine, at, value, keyword, "a whole number, not below 0")) return std::nullopt;
    return static_cast<uint32_t>(std::min<double>(value.number(), UINT32_MAX));
  }

  void count(Op op, std::string_view keyword, Node value, const Location& at) {
    if (const auto number = count(keyword, value, at)) add(op, value, *number);
  }

  uint32_t pattern(std::string_view text, Node value, const Location& at) {
    const auto [known, is_new] = patterns_.try_emplace(text, static_cast<uint32_t>(out_->patterns.size()));
    if (is_new) {
      const Pattern& made = out_->patterns.emplace_back(text);
      if (!made.error().empty())
        refuse(at, value,
               fmt::format("the pattern `{}` does not compile: {}", printable(text), made.error()));
    }
    return known->second;
  }

  // Appends the strings of a list to the names and returns how many.
  uint32_t names(std::string_view keyword, Node list, const Location& at) {
    if (!expect(list.is_sequence(), at, list, keyword, "a list of names")) return 0;
    for (uint32_t i = 0; i < list.size(); ++i) {
      if (!expect(list.item(i).is_string(), at, list.item(i), keyword, "a list of names")) return 0;
      out_->names.push_back(list.item(i).text());
    }
    return list.size();
  }

  uint32_t name(std::string_view text) {
    out_->names.push_back(text);
    return static_cast<uint32_t>(out_->names.size() - 1);
  }

  // Numbers the schemas of a list; they stand together in links.
  uint32_t link_all(Node list, const Location& at) {
    const auto first = static_cast<uint32_t>(out_->links.size());
    for (uint32_t i = 0; i < list.size(); ++i) {
      const uint32_t index = subschema({at.resource, list.item(i)});
      out_->links.push_back(index);
    }
    return first;
  }

  void branches(Op op, std::string_view keyword, Node list, const Location& at) {
    if (!expect(list.is_sequence() && list.size() > 0, at, list, keyword, "a list of schemas")) return;
    const uint32_t first = link_all(list, at);
    add(op, list, first, list.size());
  }

  void dependencies(std::string_view keyword, Node map, const Location& at, bool lists, bool schemas) {
    if (!expect(map.is_mapping(), at, map, keyword, "a mapping")) return;
    for (uint32_t i = 0; i < map.size(); ++i) {
      const Node value = map.value(i);
      if (lists && (value.is_sequence() || !schemas)) {
        const uint32_t first = name(map.key(i).text());
        const uint32_t needed = names(keyword, value, at);
        add(Op::dependent_required, value, first, needed);
      } else {
        const uint32_t first = name(map.key(i).text());
        add(Op::dependent_schema, value, first, subschema({at.resource, value}));
      }
    }
  }

  void condition(Node value, const Location& at);
  void enumeration(Node list);
  void constant(Node value);

  // ---- what would never end

  template <class Visit>
  void each_in_place(const Instruction& instruction, const Visit& visit) const {
    switch (instruction.op) {
      case Op::ref:
      case Op::negation:
        visit(instruction.a);
        break;
      case Op::dependent_schema:
        visit(instruction.b);
        break;
      case Op::all_of:
      case Op::any_of:
      case Op::one_of:
        for (uint32_t i = 0; i < instruction.b; ++i) visit(out_->links[instruction.a + i]);
        break;
      case Op::condition: {
        const Condition& parts = out_->conditions[instruction.a];
        visit(parts.condition);
        visit(parts.then_branch);
        visit(parts.else_branch);
        break;
      }
      default:
        break;
    }
  }

  void measure_heights();

  std::shared_ptr<Schema::Compiled> out_ = std::make_shared<Schema::Compiled>();
  std::optional<Error> error_;
  std::vector<Waiting> waiting_;
  std::vector<Instruction> filling_;  // of the subschema at hand
  // Its keywords that are read together.
  struct Parts {
    std::optional<Node> properties, patterns, additional, prefix, items, additional_items;
  };
  Parts parts_;
  Resources resources_;
  std::map<std::pair<uint32_t, std::string_view>, uint32_t> references_;
  std::unordered_map<const yaml::Tree*, std::vector<uint32_t>> numbers_;  // by node
  std::unordered_map<std::string_view, uint32_t> patterns_;
};

constexpr uint32_t hashed(std::string_view text) {
  uint32_t hash = 2166136261u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

// `properties`, `items` and their relatives are read together, by members() and items().
void Compiler::keyword(std::string_view name, Node value, const Location& at, Draft draft) {
  const auto is = [&](std::string_view known) { return name == known; };
  const bool from_2019 = draft != Draft::draft7;
  const auto one = [&](Op op) { add(op, value, subschema({at.resource, value})); };
  switch (hashed(name)) {
    case hashed("type"):
      return is("type") ? type(value, at) : void();
    case hashed("const"):
      return is("const") ? constant(value) : void();
    case hashed("enum"):
      if (is("enum") && expect(value.is_sequence(), at, value, name, "a list")) enumeration(value);
      return;
    case hashed("minimum"):
      return is("minimum") ? limit(Op::minimum, name, value, at) : void();
    case hashed("maximum"):
      return is("maximum") ? limit(Op::maximum, name, value, at) : void();
    case hashed("exclusiveMinimum"):
      return is("exclusiveMinimum") ? limit(Op::exclusive_minimum, name, value, at) : void();
    case hashed("exclusiveMaximum"):
      return is("exclusiveMaximum") ? limit(Op::exclusive_maximum, name, value, at) : void();
    case hashed("multipleOf"):
      return is("multipleOf") ? limit(Op::multiple_of, name, value, at) : void();
    case hashed("minLength"):
      return is("minLength") ? count(Op::min_length, name, value, at) : void();
    case hashed("maxLength"):
      return is("maxLength") ? count(Op::max_length, name, value, at) : void();
    case hashed("minItems"):
      return is("minItems") ? count(Op::min_items, name, value, at) : void();
    case hashed("maxItems"):
      return is("maxItems") ? count(Op::max_items, name, value, at) : void();
    case hashed("minProperties"):
      return is("minProperties") ? count(Op::min_properties, name, value, at) : void();
    case hashed("maxProperties"):
      return is("maxProperties") ? count(Op::max_properties, name, value, at) : void();
    case hashed("uniqueItems"):
      if (!is("uniqueItems") || !expect(value.kind() == Kind::boolean, at, value, name, "a boolean")) return;
      if (value.boolean()) add(Op::unique_items, value);
      return;
    case hashed("pattern"):
      if (is("pattern") && expect(value.is_string(), at, value, name, "a string"))
        add(Op::pattern, value, pattern(value.text(), value, at));
      return;
    case hashed("format"):
      if (!is("format") || !value.is_string()) return;
      if (const auto format = format_named(value.text())) {
        add(Op::format, value, static_cast<uint32_t>(*format));
        out_->has_formats = true;
      }
      return;
    case hashed("required"):
      if (is("required")) {
        const auto first = static_cast<uint32_t>(out_->names.size());
        const uint32_t size = names(name, value, at);
        add(Op::required, value, first, size);
      }
      return;
    case hashed("dependentRequired"):
      return is("dependentRequired") && from_2019 ? dependencies(name, value, at, true, false) : void();
    case hashed("dependentSchemas"):
      return is("dependentSchemas") && from_2019 ? dependencies(name, value, at, false, true) : void();
    case hashed("dependencies"):
      return is("dependencies") && !from_2019 ? dependencies(name, value, at, true, true) : void();
    case hashed("$ref"):
      return is("$ref") ? add(Op::ref, value, reference(value, at)) : void();
    case hashed("$dynamicRef"):
    case hashed("$recursiveRef"):
      if (is("$dynamicRef") || is("$recursiveRef"))
        refuse(at, at.node.find_key(name).value_or(value), fmt::format("`{}` is not supported", name),
               "write it as a `$ref`");
      return;
    case hashed("allOf"):
      return is("allOf") ? branches(Op::all_of, name, value, at) : void();
    case hashed("anyOf"):
      return is("anyOf") ? branches(Op::any_of, name, value, at) : void();
    case hashed("oneOf"):
      return is("oneOf") ? branches(Op::one_of, name, value, at) : void();
    case hashed("not"):
      return is("not") ? one(Op::negation) : void();
    case hashed("if"):
      return is("if") ? condition(value, at) : void();
    case hashed("propertyNames"):
      return is("propertyNames") ? one(Op::property_names) : void();
    case hashed("unevaluatedProperties"):
      return is("unevaluatedProperties") && from_2019 ? one(Op::unevaluated_properties) : void();
    case hashed("unevaluatedItems"):
      return is("unevaluatedItems") && from_2019 ? one(Op::unevaluated_items) : void();
    case hashed("properties"):
      if (is("properties")) parts_.properties = value;
      return;
    case hashed("patternProperties"):
      if (is("patternProperties")) parts_.patterns = value;
      return;
    case hashed("additionalProperties"):
      if (is("additionalProperties")) parts_.additional = value;
      return;
    case hashed("prefixItems"):
      if (is("prefixItems")) parts_.prefix = value;
      return;
    case hashed("items"):
      if (is("items")) parts_.items = value;
      return;
    case hashed("additionalItems"):
      if (is("additionalItems")) parts_.additional_items = value;
      return;
    case hashed("contains"):
      if (is("contains")) {
        Contains contains{subschema({at.resource, value})};
        contains.marks = draft == Draft::draft2020_12;
        if (const auto least = at.node.find("minContains"); least && from_2019) {
          contains.least = count("minContains", *least, at).value_or(1);
          contains.has_least = true;
        }
        if (const auto most = at.node.find("maxContains"); most && from_2019)
          contains.most = count("maxContains", *most, at).value_or(UINT32_MAX);
        add(Op::contains, value, static_cast<uint32_t>(out_->contains.size()));
        out_->contains.push_back(contains);
      }
      return;
    default:
      return;
  }
}

// What an `if` asks, when it only asks whether one property is one of some strings.
struct SimpleCondition {
  std::string_view key;
  bool required = false;
  std::vector<std::string_view> texts;
};

// {"properties": {KEY: {"const": TEXT}}} or `enum`, with or without "required": [KEY]; or several of these
// for one key under `anyOf`.
std::optional<SimpleCondition> simple_condition(Node value) {
  if (!value.is_mapping()) return std::nullopt;
  if (const auto any = value.find("anyOf");
      any && any->is_sequence() && any->size() > 0 && value.size() == 1) {
    std::optional<SimpleCondition> all;
    for (uint32_t i = 0; i < any->size(); ++i) {
      // One level: an `anyOf` below an `anyOf` is nothing that people write.
      const auto one = any->item(i).is_mapping() && any->item(i).find("anyOf")
                           ? std::nullopt
                           : simple_condition(any->item(i));
      if (!one || (all && (one->key != all->key || one->required != all->required))) return std::nullopt;
      if (!all) all = SimpleCondition{one->key, one->required, {}};
      all->texts.insert(all->texts.end(), one->texts.begin(), one->texts.end());
    }
    return all;
  }
  const auto properties = value.find("properties"), required = value.find("required");
  if (!properties || !properties->is_mapping() || properties->size() != 1) return std::nullopt;
  if (value.size() != (required ? 2 : 1)) return std::nullopt;
  SimpleCondition simple{properties->key(0).text(), required.has_value(), {}};
  if (required) {
    const bool fine = required->is_sequence() && required->size() == 1 && required->item(0).is_string() &&
                      required->item(0).text() == simple.key;
    if (!fine) return std::nullopt;
  }
  const Node property = properties->value(0);
  if (!property.is_mapping() || property.size() != 1) return std::nullopt;
  const std::string_view keyword = property.key(0).text();
  const Node wanted = property.value(0);
  if (keyword == "const" && wanted.is_string()) {
    simple.texts.push_back(wanted.text());
    return simple;
  }
  if (keyword != "enum" || !wanted.is_sequence()) return std::nullopt;
  for (uint32_t i = 0; i < wanted.size(); ++i) {
    if (!wanted.item(i).is_string()) return std::nullopt;
    simple.texts.push_back(wanted.item(i).text());
  }
  return simple;
}

void Compiler::condition(Node value, const Location& at) {
  const auto then_branch = at.node.find("then"), else_branch = at.node.find("else");
  Condition condition;
  condition.condition = subschema({at.resource, value});
  if (then_branch) condition.then_branch = subschema({at.resource, *then_branch});
  if (else_branch) condition.else_branch = subschema({at.resource, *else_branch});
  if (const auto simple = simple_condition(value)) {
    condition.is_simple = true;
    condition.key_required = simple->required;
    condition.key = simple->key;
    condition.first = static_cast<uint32_t>(out_->names.size());
    condition.count = static_cast<uint32_t>(simple->texts.size());
    out_->names.insert(out_->names.end(), simple->texts.begin(), simple->texts.end());
  }
  add(Op::condition, value, static_cast<uint32_t>(out_->conditions.size()));
  out_->conditions.push_back(condition);
}

void Compiler::constant(Node value) {
  add(Op::constant, value, static_cast<uint32_t>(out_->constants.size()));
  out_->constants.push_back(value);
}

void Compiler::enumeration(Node list) {
  Enumeration made{list, true, {}};
  for (uint32_t i = 0; i < list.size(); ++i) made.are_texts = made.are_texts && list.item(i).is_string();
  if (made.are_texts) made.table = out_->make_table(list.size());
  for (uint32_t i = 0; i < list.size() && made.are_texts; ++i) {
    const std::string_view text = list.item(i).text();
    out_->enter(made.table, hash_text(text), name(text));
  }
  add(Op::enumeration, list, static_cast<uint32_t>(out_->enumerations.size()));
  out_->enumerations.push_back(made);
}

void Compiler::members(const Location& at) {
  const auto &properties = parts_.properties, &patterns = parts_.patterns, &additional = parts_.additional;
  if (!properties && !patterns && !additional) return;
  Members members;
  members.first = static_cast<uint32_t>(out_->properties.size());
  if (properties) {
    if (!expect(properties->is_mapping(), at, *properties, "properties", "a mapping")) return;
    members.count = properties->size();
    members.table = out_->make_table(members.count);
    for (uint32_t i = 0; i < members.count; ++i) {
      const uint32_t index = subschema({at.resource, properties->value(i)});
      const std::string_view name = properties->key(i).text();
      out_->properties.push_back({name, index, yaml::key_hash(name)});
      out_->enter(members.table, out_->properties.back(), members.first + i);
    }
  }
  members.patterns = static_cast<uint32_t>(out_->member_patterns.size());
  if (patterns) {
    if (!expect(patterns->is_mapping(), at, *patterns, "patternProperties", "a mapping")) return;
    members.pattern_count = patterns->size();
    for (uint32_t i = 0; i < members.pattern_count; ++i) {
      const uint32_t text = pattern(patterns->key(i).text(), patterns->key(i), at);
      out_->member_patterns.push_back({text, subschema({at.resource, patterns->value(i)})});
    }
  }
  if (additional) members.additional = subschema({at.resource, *additional});
  add(Op::members, additional ? *additional : at.node, static_cast<uint32_t>(out_->members.size()));
  out_->members.push_back(members);
}

void Compiler::items(const Location& at, Draft draft) {
  auto prefix = parts_.prefix, rest = parts_.items;
  Items items;
  if (draft != Draft::draft2020_12) {
    prefix.reset();
    if (rest && rest->is_sequence()) {
      prefix = rest;
      rest = parts_.additional_items;
      items.rest_is_additional = true;
    }
  }
  if (!prefix && !rest) return;
  if (prefix) {
    if (!expect(prefix->is_sequence(), at, *prefix, "prefixItems", "a list of schemas")) return;
    items.first = link_all(*prefix, at);
    items.count = prefix->size();
  }
  if (rest) items.rest = subschema({at.resource, *rest});
  add(Op::items, rest ? *rest : *prefix, static_cast<uint32_t>(out_->items.size()));
  out_->items.push_back(items);
}

// A subschema that comes back to itself on the same value would be evaluated for ever.
void Compiler::measure_heights() {
  constexpr uint32_t kOpen = UINT32_MAX;
  std::vector<Subschema>& all = out_->subschemas;
  std::vector<uint32_t> way;
  const auto height_below = [&](uint32_t index, bool push) {
    uint32_t height = 0;
    const Subschema& subschema = all[index];
    for (uint32_t i = 0; i < subschema.count; ++i)
      each_in_place(out_->instructions[subschema.first + i], [&](uint32_t next) {
        if (next <= kNever) return;
        if (all[next].height == kOpen && push)
          refuse(all[next].source, "a schema refers to itself without going deeper into the value");
        if (all[next].height == 0 && push) way.push_back(next);
        if (all[next].height != kOpen) height = std::max(height, all[next].height);
      });
    return height + 1;
  };
  for (uint32_t start = 2; start < all.size() && !failed(); ++start) {
    if (all[start].height != 0) continue;
    way.push_back(start);
    while (!way.empty() && !failed()) {
      const uint32_t index = way.back();
      if (all[index].height == 0) {
        all[index].height = kOpen;
        height_below(index, true);
        continue;
      }
      way.pop_back();
      if (all[index].height != kOpen) continue;
      all[index].height = height_below(index, false);
      if (all[index].height > kMaxHeight)
        refuse(all[index].source,
               fmt::format("more than {} schemas apply to one value, one inside the other", kMaxHeight));
    }
  }
}

}  // namespace

Result<Schema> compile(std::string_view json, Draft fallback, const Registry* registry) {
  auto text = read_text("", std::string(json), Syntax::json);
  if (!text) return pass(std::move(text));
  return Compiler(registry, fallback).run(std::move(*text));
}

Result<Schema> compile_file(std::string path, std::string bytes) {
  const bool is_json = path.ends_with(".json"), is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
  // Under another name, what reads as JSON is JSON.
  if (!is_json && !is_yaml && trim(bytes).starts_with('{'))
    if (auto text = read_text(path, bytes, Syntax::json); text)
      return Compiler(nullptr, Draft::draft2020_12).run(std::move(*text));
  auto text = read_text(std::move(path), std::move(bytes), is_json ? Syntax::json : Syntax::yaml);
  if (!text) return pass(std::move(text));
  return Compiler(nullptr, Draft::draft2020_12).run(std::move(*text));
}

}  // namespace mesh::schema
