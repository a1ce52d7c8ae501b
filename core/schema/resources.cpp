#include "core/schema/resources.hpp"

#include "core/base/percent.hpp"
#include "core/base/strings.hpp"
#include "core/schema/uri.hpp"

#include <fmt/format.h>

#include <charconv>

namespace mesh::schema {

using yaml::Node;

namespace {

constexpr std::string_view kHome = "json-schema.org/";

std::optional<Draft> draft_named(std::string_view uri, Draft fallback) {
  const size_t home = uri.find(kHome);
  if (home == uri.npos) return std::nullopt;
  const std::string_view name = uri.substr(home + kHome.size());
  if (name.starts_with("draft-07/")) return Draft::draft7;
  if (name.starts_with("draft/2019-09/")) return Draft::draft2019_09;
  if (name.starts_with("draft/2020-12/")) return Draft::draft2020_12;
  if (name == "schema" || name == "schema#") return fallback;  // whichever is current
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
  if (const auto named = root.find("$schema")) {
    const auto known = named->is_string() ? draft_named(named->text(), fallback_) : std::nullopt;
    if (known)
      draft = *known;
    else if (!error_)
      error_ = fault_at(*text, *named,
                        fmt::format("`$schema` names no draft that is known: `{}`", printable(named->text())),
                        "drafts 7, 2019-09 and 2020-12 are known");
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

bool Resources::is_elsewhere(std::string_view reference, const Location& from) {
  const std::string_view uri = split_fragment(reference).uri;
  return !uri.empty() && named(resolve_uri(resources_[from.resource].base, uri)) == kNone;
}

std::optional<std::string> Resources::nearest_to(std::string_view reference, const Location& from) {
  const SplitUri split = split_fragment(reference);
  const auto steps = pointer_steps(percent_decoded(split.fragment));
  std::string known = std::string(split.uri) + "#";
  for (size_t i = 0; steps && i < steps->size(); ++i) {
    const auto at = locate(known, from);
    if (!at || !at->node.is_mapping()) return std::nullopt;
    if (!at->node.find((*steps)[i])) {
      std::vector<std::string> keys;
      for (uint32_t k = 0; k < at->node.size(); ++k) keys.emplace_back(at->node.key(k).text());
      const auto near = nearest((*steps)[i], keys);
      if (!near || i + 1 < steps->size() || near->find_first_of("~/%#") != near->npos) return std::nullopt;
      return known + "/" + *near;
    }
    known += "/" + (*steps)[i];
  }
  return std::nullopt;
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

Error fault_at(const Text& text, Span at, std::string_view what, std::string help) {
  const Position position = text.source.position(at.begin);
  const std::string place = fmt::format("{}:{}: {}", position.line, position.column, what);
  const std::string& path = text.source.path();
  return {Fault::usage, path.empty() ? place : fmt::format("{}:{}", printable(path), place), std::move(help)};
}

Error fault_at(const Text& text, Node at, std::string_view what, std::string help) {
  return fault_at(text, at.span(), what, std::move(help));
}

// Whether a JSON schema has an `$id` or an anchor below its root. A name may be written with escapes of
// letters.
static bool may_have_ids(std::string_view bytes, Node root) {
  if (bytes.find("\\u00") != bytes.npos) return true;
  bool root_id = root.find("$id").has_value();
  for (size_t at = bytes.find('$'); at != bytes.npos; at = bytes.find('$', at + 1)) {
    const std::string_view rest = bytes.substr(at);
    if (rest.starts_with("$anchor\"") || rest.starts_with("$dynamicAnchor\"")) return true;
    if (!rest.starts_with("$id\"")) continue;
    if (!root_id) return true;
    root_id = false;
  }
  return false;
}

Result<std::shared_ptr<const Text>> read_text(std::string path, std::string bytes, Syntax syntax) {
  auto text = std::make_shared<Text>();
  text->source = Source(std::move(path), std::move(bytes));
  Findings findings;
  const bool is_json = syntax == Syntax::json;
  std::vector<yaml::Document> documents =
      is_json ? yaml::read_json(text->source, findings) : yaml::read_yaml(text->source, findings);
  for (const Finding& finding : findings.all())
    if (finding.level == Level::error || documents.empty())
      return tl::unexpected(fault_at(
          *text, finding.at.span,
          fmt::format("the schema is no {}: {}", is_json ? "JSON" : "YAML", finding.message), finding.help));
  if (documents.size() > 1)
    return tl::unexpected(
        fault_at(*text, documents[1].root(), "a schema is one document, this is another", ""));
  text->document = std::move(documents.front());
  text->has_ids = !is_json || may_have_ids(text->source.bytes(), text->document.root());
  return text;
}

Result<void> Registry::add(std::string_view uri, std::string_view json) {
  if (uri.find('#') != uri.npos)
    return fail(Fault::usage, fmt::format("`{}` has a fragment", printable(uri)));
  auto text = read_text("", std::string(json), Syntax::json);
  if (!text) return std::move(text).error().in(printable(uri));
  texts_.insert_or_assign(std::string(uri), std::move(*text));
  return {};
}

std::shared_ptr<const Text> Registry::find(std::string_view uri) const {
  const auto found = texts_.find(uri);
  return found == texts_.end() ? nullptr : found->second;
}

}  // namespace mesh::schema
