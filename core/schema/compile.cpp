#include "core/schema/compiled.hpp"
#include "core/schema/uri.hpp"

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

// A part of a document with a base URI of its own, and what its `$schema` says.
struct Resource {
  const Text* text = nullptr;
  Node root;
  std::string base;
  Draft draft = Draft::draft2020_12;
  std::map<std::string, Node, std::less<>> anchors;
};

std::optional<Draft> draft_named(std::string_view uri) {
  if (uri.find("draft-07") != uri.npos) return Draft::draft7;
  if (uri.find("draft/2019-09/") != uri.npos) return Draft::draft2019_09;
  if (uri.find("draft/2020-12/") != uri.npos) return Draft::draft2020_12;
  return std::nullopt;
}

std::optional<std::string_view> string_at(Node mapping, std::string_view key) {
  const auto value = mapping.find(key);
  if (!value || !value->is_string()) return std::nullopt;
  return value->text();
}

// Keywords whose value is a schema, a list of schemas, or a map of schemas: where `$id` counts.
enum class Holds : uint8_t { nothing, schema, list, map };

Holds holds(std::string_view keyword) {
  static constexpr std::pair<std::string_view, Holds> kTable[] = {{"additionalItems", Holds::schema},
                                                                  {"additionalProperties", Holds::schema},
                                                                  {"allOf", Holds::list},
                                                                  {"anyOf", Holds::list},
                                                                  {"contains", Holds::schema},
                                                                  {"definitions", Holds::map},
                                                                  {"$defs", Holds::map},
                                                                  {"dependencies", Holds::map},
                                                                  {"dependentSchemas", Holds::map},
                                                                  {"else", Holds::schema},
                                                                  {"if", Holds::schema},
                                                                  {"items", Holds::list},
                                                                  {"not", Holds::schema},
                                                                  {"oneOf", Holds::list},
                                                                  {"patternProperties", Holds::map},
                                                                  {"prefixItems", Holds::list},
                                                                  {"properties", Holds::map},
                                                                  {"propertyNames", Holds::schema},
                                                                  {"then", Holds::schema},
                                                                  {"unevaluatedItems", Holds::schema},
                                                                  {"unevaluatedProperties", Holds::schema}};
  for (const auto& [name, what] : kTable)
    if (name == keyword) return what;
  return Holds::nothing;
}

class Compiler {
 public:
  Compiler(const Registry* registry, Draft fallback) : registry_(registry), fallback_(fallback) {
    out_->subschemas.resize(2);
  }

  Result<Schema> run(std::shared_ptr<const Text> text) {
    const uint32_t resource = load("", std::move(text));
    if (failed()) return tl::unexpected<Error>(*error_);
    out_->root = subschema({resource, resources_[resource].root});
    while (!failed() && !waiting_.empty()) {
      const Waiting next = waiting_.back();
      waiting_.pop_back();
      fill(next);
    }
    if (!failed()) measure_heights();
    if (failed()) return tl::unexpected<Error>(*error_);
    return Schema{std::move(out_)};
  }

 private:
  struct Location {
    uint32_t resource;
    Node node;
  };
  struct Waiting {
    uint32_t index;
    Location at;
  };

  bool failed() const { return error_.has_value(); }
  void refuse(std::string message) {
    if (!error_) error_ = Error{Fault::usage, std::move(message), {}};
  }
  // `what` is wrong at `node`, which belongs to the current resource's text.
  void refuse(const Location& at, Node node, std::string what) {
    const Position position = resources_[at.resource].text->source.position(node.span().begin);
    refuse(fmt::format("{}:{}: {}", position.line, position.column, what));
  }

  // ---- documents, resources, references

  uint32_t load(std::string uri, std::shared_ptr<const Text> text) {
    const Text* raw = text.get();
    out_->texts.push_back(std::move(text));
    const uint32_t resource = add_resource(raw, raw->document.root(), std::move(uri), fallback_);
    if (raw->has_ids) scan(resource, raw->document.root(), true);
    return resource;
  }

  uint32_t add_resource(const Text* text, Node root, std::string base, Draft inherited) {
    Draft draft = inherited;
    if (const auto named = string_at(root, "$schema")) {
      if (const auto known = draft_named(*named))
        draft = *known;
      else if (named->find("json-schema.org/draft-0") != named->npos)
        refuse(fmt::format("`$schema` is `{}`; drafts 7, 2019-09 and 2020-12 are known", printable(*named)));
    }
    const auto index = static_cast<uint32_t>(resources_.size());
    if (!base.empty()) by_uri_.emplace(base, index);
    if (const auto id = own_id(root, draft)) {
      base = resolve_uri(base, *id);
      by_uri_.emplace(base, index);
    }
    resources_.push_back({text, root, std::move(base), draft, {}});
    resource_of_.emplace(key_of(root), index);
    return index;
  }

  // The `$id` that gives a schema a base URI of its own. In draft 7 it is ignored beside `$ref`, and a mere
  // fragment is an anchor.
  static std::optional<std::string_view> own_id(Node node, Draft draft) {
    const auto id = string_at(node, "$id");
    if (!id || id->starts_with('#')) return std::nullopt;
    if (draft == Draft::draft7 && node.find("$ref")) return std::nullopt;
    return id;
  }

  // Finds what has an `$id` or an anchor, by walking where schemas are.
  void scan(uint32_t resource, Node node, bool is_root) {
    if (!node.is_mapping()) return;
    const Draft draft = resources_[resource].draft;
    if (!is_root && own_id(node, draft))
      resource = add_resource(resources_[resource].text, node, resources_[resource].base, draft);
    Resource& own = resources_[resource];
    for (const std::string_view keyword : {"$anchor", "$dynamicAnchor"})
      if (const auto anchor = string_at(node, keyword); anchor && draft != Draft::draft7)
        own.anchors.emplace(*anchor, node);
    if (const auto id = string_at(node, "$id"); id && id->starts_with('#') && draft == Draft::draft7)
      own.anchors.emplace(id->substr(1), node);
    for (uint32_t i = 0; i < node.size(); ++i) {
      const Holds what = holds(node.key(i).text());
      if (what == Holds::nothing) continue;
      const Node value = node.value(i);
      if (what == Holds::map && value.is_mapping())
        for (uint32_t member = 0; member < value.size(); ++member) scan(resource, value.value(member), false);
      else if (value.is_sequence())
        for (uint32_t item = 0; item < value.size(); ++item) scan(resource, value.item(item), false);
      else if (what != Holds::map)
        scan(resource, value, false);
    }
  }

  using Key = std::pair<const yaml::Tree*, uint32_t>;
  static Key key_of(Node node) { return {node.tree(), node.id()}; }

  Location entered(Location at) {
    if (const auto known = resource_of_.find(key_of(at.node)); known != resource_of_.end())
      at.resource = known->second;
    return at;
  }

  uint32_t resource_named(const std::string& uri) {
    if (const auto known = by_uri_.find(uri); known != by_uri_.end()) return known->second;
    std::shared_ptr<const Text> text = registry_ ? registry_->find(uri) : nullptr;
    return text ? load(uri, std::move(text)) : kNone;
  }

  std::optional<Location> locate(std::string_view reference, const Location& from) {
    const SplitUri split = split_fragment(reference);
    uint32_t resource = from.resource;
    if (!split.uri.empty()) resource = resource_named(resolve_uri(resources_[resource].base, split.uri));
    if (resource == kNone) return std::nullopt;
    const std::string fragment = percent_decoded(split.fragment);
    Location at{resource, resources_[resource].root};
    if (fragment.empty()) return at;
    const auto steps = pointer_steps(fragment);
    if (!steps) {
      const auto anchor = resources_[resource].anchors.find(fragment);
      if (anchor == resources_[resource].anchors.end()) return std::nullopt;
      return Location{resource, anchor->second};
    }
    for (const std::string& step : *steps) {
      std::optional<Node> next;
      if (at.node.is_mapping()) next = at.node.find(step);
      uint32_t index = 0;
      const auto number = std::from_chars(step.data(), step.data() + step.size(), index);
      if (at.node.is_sequence() && number.ec == std::errc() && index < at.node.size())
        next = at.node.item(index);
      if (!next) return std::nullopt;
      at = entered({at.resource, *next});
    }
    return at;
  }

  uint32_t reference(Node value, const Location& from) {
    if (!value.is_string()) {
      refuse(from, value, "`$ref` must be a string");
      return kAlways;
    }
    auto& known = references_[{from.resource, value.text()}];
    if (known != kAlways) return known;
    const auto at = locate(value.text(), from);
    if (!at) {
      refuse(from, value, fmt::format("`$ref` leads nowhere: `{}`", printable(value.text())));
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
    waiting_.push_back({number, resources_[at.resource].text->has_ids ? entered(at) : at});
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
    const auto ref = node.find("$ref");
    if (ref && draft == Draft::draft7) {
      add(Op::ref, *ref, reference(*ref, next.at));
    } else {
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
      refuse(at, one, fmt::format("`{}` is no type", printable(one.text())));
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
  void simplify(Condition& condition, Node value) const;
  void hash(Members& members);

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

  const Registry* registry_;
  Draft fallback_;
  std::shared_ptr<Schema::Compiled> out_ = std::make_shared<Schema::Compiled>();
  std::optional<Error> error_;
  std::vector<Waiting> waiting_;
  std::vector<Instruction> filling_;  // of the subschema at hand
  std::deque<Resource> resources_;
  std::map<std::string, uint32_t> by_uri_;
  std::map<Key, uint32_t> resource_of_;  // for nodes that begin a resource
  std::map<std::pair<uint32_t, std::string_view>, uint32_t> references_;
  std::unordered_map<const yaml::Tree*, std::vector<uint32_t>> numbers_;  // by node
  std::unordered_map<std::string_view, uint32_t> patterns_;
};

constexpr uint32_t hashed(std::string_view text) {
  uint32_t hash = 2166136261u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

// `properties`, `items` and their relatives are read by members() and items().
void Compiler::keyword(std::string_view name, Node value, const Location& at, Draft draft) {
  const auto is = [&](std::string_view known) { return name == known; };
  const bool from_2019 = draft != Draft::draft7;
  const auto one = [&](Op op) { add(op, value, subschema({at.resource, value})); };
  switch (hashed(name)) {
    case hashed("type"):
      return is("type") ? type(value, at) : void();
    case hashed("const"):
      return is("const") ? add(Op::constant, value) : void();
    case hashed("enum"):
      if (is("enum") && expect(value.is_sequence(), at, value, name, "a list")) add(Op::enumeration, value);
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

void Compiler::condition(Node value, const Location& at) {
  const auto then_branch = at.node.find("then"), else_branch = at.node.find("else");
  Condition condition;
  condition.condition = subschema({at.resource, value});
  if (then_branch) condition.then_branch = subschema({at.resource, *then_branch});
  if (else_branch) condition.else_branch = subschema({at.resource, *else_branch});
  simplify(condition, value);
  add(Op::condition, value, static_cast<uint32_t>(out_->conditions.size()));
  out_->conditions.push_back(condition);
}

// {"properties": {KEY: {"const": TEXT}}, "required": [KEY]}, with or without `required`.
void Compiler::simplify(Condition& condition, Node value) const {
  const auto properties = value.find("properties");
  if (!properties || !properties->is_mapping() || properties->size() != 1) return;
  const Node property = properties->value(0);
  const auto constant = property.find("const");
  if (!constant || !constant->is_string() || property.size() != 1) return;
  const std::string_view key = properties->key(0).text();
  const auto required = value.find("required");
  if (value.size() != (required ? 2 : 1)) return;
  if (required) {
    const bool fine = required->is_sequence() && required->size() == 1 && required->item(0).is_string() &&
                      required->item(0).text() == key;
    if (!fine) return;
  }
  condition.is_simple = true;
  condition.key_required = required.has_value();
  condition.key = key;
  condition.text = constant->text();
}

void Compiler::members(const Location& at) {
  const auto properties = at.node.find("properties"), patterns = at.node.find("patternProperties"),
             additional = at.node.find("additionalProperties");
  if (!properties && !patterns && !additional) return;
  Members members;
  members.first = static_cast<uint32_t>(out_->properties.size());
  if (properties) {
    if (!expect(properties->is_mapping(), at, *properties, "properties", "a mapping")) return;
    members.count = properties->size();
    for (uint32_t i = 0; i < members.count; ++i) {
      const uint32_t index = subschema({at.resource, properties->value(i)});
      out_->properties.push_back({properties->key(i).text(), index});
    }
    if (members.count > kLinearProperties) hash(members);
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

void Compiler::hash(Members& members) {
  uint32_t size = 8;
  while (size < members.count * 2) size *= 2;
  members.mask = size - 1;
  members.slots = static_cast<uint32_t>(out_->slots.size());
  out_->slots.resize(out_->slots.size() + size, kNone);
  for (uint32_t i = members.first; i < members.first + members.count; ++i) {
    uint32_t slot = hash_name(out_->properties[i].name);
    while (out_->slots[members.slots + (slot & members.mask)] != kNone) ++slot;
    out_->slots[members.slots + (slot & members.mask)] = i;
  }
}

void Compiler::items(const Location& at, Draft draft) {
  auto prefix = at.node.find("prefixItems"), rest = at.node.find("items");
  Items items;
  if (draft != Draft::draft2020_12) {
    prefix.reset();
    if (rest && rest->is_sequence()) {
      prefix = rest;
      rest = at.node.find("additionalItems");
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
          refuse("a schema refers to itself without going deeper into the value");
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
        refuse(fmt::format("more than {} schemas apply to one value, one inside the other", kMaxHeight));
    }
  }
}

}  // namespace

Result<std::shared_ptr<const Text>> read_text(std::string_view json) {
  auto text = std::make_shared<Text>();
  text->source = Source("", std::string(json));
  Findings findings;
  std::vector<yaml::Document> documents = yaml::read_json(text->source, findings);
  if (!findings.empty() || documents.empty()) {
    const Finding& first = findings.all().front();
    const Position at = text->source.position(first.at.span.begin);
    return fail(Fault::usage,
                fmt::format("the schema is no JSON: {}:{}: {}", at.line, at.column, first.message));
  }
  text->document = std::move(documents.front());
  const std::string_view bytes = text->source.bytes();
  const Node root = text->document.root();
  const auto below_root = [&](std::string_view quoted, std::string_view key) {
    const size_t first = bytes.find(quoted);
    if (first == bytes.npos) return false;
    return !root.find(key) || bytes.find(quoted, first + 1) != bytes.npos;
  };
  text->has_ids = below_root("\"$id\"", "$id") || bytes.find("nchor\"") != bytes.npos;
  return text;
}

Result<void> Registry::add(std::string_view uri, std::string_view json) {
  if (uri.find('#') != uri.npos)
    return fail(Fault::usage, fmt::format("`{}` has a fragment", printable(uri)));
  auto text = read_text(json);
  if (!text) return std::move(text).error().in(printable(uri));
  texts_.insert_or_assign(std::string(uri), std::move(*text));
  return {};
}

std::shared_ptr<const Text> Registry::find(std::string_view uri) const {
  const auto found = texts_.find(uri);
  return found == texts_.end() ? nullptr : found->second;
}

Result<Schema> compile(std::string_view json, Draft fallback, const Registry* registry) {
  auto text = read_text(json);
  if (!text) return pass(std::move(text));
  return Compiler(registry, fallback).run(std::move(*text));
}

}  // namespace mesh::schema
