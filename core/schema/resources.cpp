#include "core/schema/resources.hpp"

#include "core/base/strings.hpp"
#include "core/schema/uri.hpp"

#include <fmt/format.h>

#include <charconv>

namespace mesh::schema {

using yaml::Node;

namespace {

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

// The `$id` that gives a schema a base URI of its own. In draft 7 it is ignored beside `$ref`, and a mere
// fragment is an anchor.
std::optional<std::string_view> own_id(Node node, Draft draft) {
  const auto id = string_at(node, "$id");
  if (!id || id->starts_with('#')) return std::nullopt;
  if (draft == Draft::draft7 && node.find("$ref")) return std::nullopt;
  return id;
}

}  // namespace

uint32_t Resources::load(std::string uri, std::shared_ptr<const Text> text) {
  const Text* raw = text.get();
  texts_.push_back(std::move(text));
  const uint32_t resource = add(raw, raw->document.root(), std::move(uri), fallback_);
  if (raw->has_ids) scan(resource, raw->document.root(), true);
  return resource;
}

uint32_t Resources::add(const Text* text, Node root, std::string base, Draft inherited) {
  Draft draft = inherited;
  if (const auto named = string_at(root, "$schema")) {
    if (const auto known = draft_named(*named))
      draft = *known;
    else if (!error_ && named->find("json-schema.org/draft-0") != named->npos)
      error_ =
          Error{Fault::usage,
                fmt::format("`$schema` is `{}`; drafts 7, 2019-09 and 2020-12 are known", printable(*named)),
                {}};
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

// Finds what has an `$id` or an anchor, by walking where schemas are.
void Resources::scan(uint32_t resource, Node node, bool is_root) {
  if (!node.is_mapping()) return;
  const Draft draft = resources_[resource].draft;
  if (!is_root && own_id(node, draft))
    resource = add(resources_[resource].text, node, resources_[resource].base, draft);
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

Location Resources::entered(Location at) const {
  if (const auto known = resource_of_.find(key_of(at.node)); known != resource_of_.end())
    at.resource = known->second;
  return at;
}

uint32_t Resources::named(const std::string& uri) {
  if (const auto known = by_uri_.find(uri); known != by_uri_.end()) return known->second;
  std::shared_ptr<const Text> text = registry_ ? registry_->find(uri) : nullptr;
  return text ? load(uri, std::move(text)) : kNone;
}

std::optional<Location> Resources::locate(std::string_view reference, const Location& from) {
  const SplitUri split = split_fragment(reference);
  uint32_t resource = from.resource;
  if (!split.uri.empty()) resource = named(resolve_uri(resources_[resource].base, split.uri));
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

}  // namespace mesh::schema
