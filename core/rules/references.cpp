#include "core/rules/references.hpp"

#include "core/base/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace mesh::rules {

using model::Contract;
using model::Property;
using model::SchemaObject;
using model::Text;

namespace {

// A property without the lists it is wrapped in.
const Property& unwrapped(const Property& property) {
  const Property* inner = &property;
  while (inner->properties.empty() && inner->items.size() == 1) inner = &inner->items.front();
  return *inner;
}

const std::vector<Property>& members(const Property& property) { return unwrapped(property).properties; }

// The standard does not say how a reference leads into a map.
bool is_open(const Property& property) { return unwrapped(property).logical_type == "map"; }

template <class Part>
bool lacks(const std::vector<Part>& parts, Text Part::*word) {
  return std::any_of(parts.begin(), parts.end(), [&](const Part& part) { return !(part.*word); });
}

// For did-you-mean; none from a list too long to be compared word by word.
template <class Part>
std::vector<std::string> words(const std::vector<Part>& parts, Text Part::*word) {
  constexpr size_t kMostCompared = 2'000;
  std::vector<std::string> all;
  if (parts.size() > kMostCompared) return all;
  for (const Part& part : parts)
    if (part.*word) all.push_back((part.*word).str());
  return all;
}

// ---- by names
// -----------------------------------------------------------------------------------------------

// What is left of `path` after this name and a dot; names may hold dots themselves.
std::optional<std::string_view> after_name(std::string_view path, const Text& name) {
  if (!name || name.size == 0 || !path.starts_with(name.view())) return std::nullopt;
  path.remove_prefix(name.size);
  if (path.empty()) return path;
  if (path.front() != '.') return std::nullopt;
  return path.substr(1);
}

enum class Search { found, unclear, missing };

struct Deepest {  // how far a search by name got, for the message
  std::string_view rest;
  const std::vector<Property>* there = nullptr;
  std::string_view owner;
};

Search by_name(const std::vector<Property>& properties, std::string_view path, std::string_view owner,
               Deepest& deepest) {
  if (!deepest.there || path.size() < deepest.rest.size()) deepest = {path, &properties, owner};
  bool unclear = lacks(properties, &Property::name);
  for (const Property& property : properties) {
    const auto rest = after_name(path, property.name);
    if (!rest) continue;
    if (rest->empty()) return Search::found;
    if (is_open(property)) return Search::unclear;
    const Search inside = by_name(members(property), *rest, property.name.view(), deepest);
    if (inside == Search::found) return inside;
    unclear |= inside == Search::unclear;
  }
  return unclear ? Search::unclear : Search::missing;
}

std::string up_to(std::string_view path, std::string_view rest) {
  return std::string(path.substr(0, path.size() - rest.size()));
}

// The way to the first property of this name further inside: "lines.price.amount".
std::optional<std::string> way_to(const std::vector<Property>& properties, std::string_view name) {
  for (const Property& property : properties) {
    if (!property.name) continue;
    if (property.name == name) return property.name.str();
    if (const auto inside = way_to(members(property), name)) return property.name.str() + "." + *inside;
  }
  return std::nullopt;
}

Missing missing_property(std::string_view path, const Deepest& deepest) {
  const std::string_view first = deepest.rest.substr(0, deepest.rest.find('.'));
  Missing missing;
  if (deepest.there->empty()) {
    missing.message = fmt::format("`{}` has no properties, so no `{}`", deepest.owner, first);
    return missing;
  }
  const std::vector<std::string> known = words(*deepest.there, &Property::name);
  missing.message = fmt::format("`{}` has no property `{}`", deepest.owner, first);
  auto near = way_to(*deepest.there, deepest.rest);
  if (!near) near = nearest(deepest.rest, known);
  std::string_view tail;
  if (!near) {
    near = nearest(first, known);
    tail = deepest.rest.substr(first.size());
  }
  if (near) missing.suggestion = up_to(path, deepest.rest) + *near + std::string(tail);
  return missing;
}

std::optional<Missing> missing_by_name(const Contract& contract, std::string_view path, bool object_needed) {
  Deepest deepest;
  bool unclear = lacks(contract.objects, &SchemaObject::name);
  for (const SchemaObject& object : contract.objects) {
    const auto rest = after_name(path, object.name);
    if (!rest) continue;
    if (rest->empty()) return std::nullopt;
    const Search search = by_name(object.properties, *rest, object.name.view(), deepest);
    if (search == Search::found) return std::nullopt;
    unclear |= search == Search::unclear;
  }
  if (!object_needed && contract.objects.size() == 1) {
    const SchemaObject& only = contract.objects.front();
    Deepest directly;
    const Search search = by_name(only.properties, path, only.name.view(), directly);
    if (search == Search::found) return std::nullopt;
    unclear |= search == Search::unclear;
    if (!deepest.there && path.find('.') == std::string_view::npos) deepest = directly;
  }
  if (unclear) return std::nullopt;
  if (deepest.there) return missing_property(path, deepest);
  const std::string_view first = path.substr(0, path.find('.'));
  Missing missing{fmt::format("the contract has no object `{}`", first), std::nullopt};
  if (const auto near = nearest(first, words(contract.objects, &SchemaObject::name)))
    missing.suggestion = *near + std::string(path.substr(first.size()));
  return missing;
}

// ---- by ids
// -------------------------------------------------------------------------------------------------

template <class Part>
const Part* with_id(const std::vector<Part>& parts, std::string_view id) {
  const auto found =
      std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.id == id; });
  return found == parts.end() ? nullptr : &*found;
}

template <class Part>
Missing missing_id(const std::vector<Part>& parts, std::string_view what,
                   const std::vector<std::string_view>& path, size_t at) {
  const std::string_view id = path[at];
  Missing missing;
  const bool is_name =
      std::any_of(parts.begin(), parts.end(), [&](const Part& part) { return part.name == id; });
  missing.message = is_name
                        ? fmt::format("`{}` is the name of {}, and a path with `/` needs its `id`", id, what)
                        : fmt::format("{} with the id `{}` does not exist", what, id);
  std::optional<std::string> better = nearest(id, words(parts, &Part::id));
  for (const Part& part : parts)
    if (part.name == id && part.id) better = part.id.str();
  if (!better) return missing;
  std::string whole;
  for (size_t i = 0; i < path.size(); ++i)
    whole += fmt::format("{}{}", i ? "/" : "", i == at ? std::string_view(*better) : path[i]);
  missing.suggestion = std::move(whole);
  return missing;
}

std::optional<Missing> missing_by_id(const Contract& contract, std::string_view text) {
  const std::vector<std::string_view> path = split(text, '/');
  if (path.size() < 2 || path.size() % 2 != 0 || path[0] != "schema") return std::nullopt;
  for (size_t i = 2; i < path.size(); i += 2)
    if (path[i] != "properties") return std::nullopt;
  const SchemaObject* const object = with_id(contract.objects, path[1]);
  if (!object) return missing_id(contract.objects, "an object", path, 1);
  const std::vector<Property>* level = &object->properties;
  for (size_t i = 3; i < path.size(); i += 2) {
    const Property* const property = with_id(*level, path[i]);
    if (!property) return missing_id(*level, "a property", path, i);
    if (is_open(*property)) return std::nullopt;
    level = &members(*property);
  }
  return std::nullopt;
}

}  // namespace

bool is_url(std::string_view file) { return file.find("://") != std::string_view::npos; }

std::optional<Reference> parse_reference(std::string_view text) {
  if (text.find("${") != std::string_view::npos || text.find_first_of(" \t\r\n") != std::string_view::npos)
    return std::nullopt;
  Reference reference;
  const size_t hash = text.find('#');
  if (hash != std::string_view::npos) {
    reference.file = text.substr(0, hash);
    text.remove_prefix(hash + 1);
  }
  const bool rooted = text.starts_with('/');
  if (rooted) text.remove_prefix(1);
  reference.path = text;
  reference.by_id = rooted || text.find('/') != std::string_view::npos;
  if (text.empty() || (!reference.by_id && text.find('.') == std::string_view::npos)) return std::nullopt;
  return reference;
}

std::optional<Missing> find_missing(const Contract& contract, const Reference& reference,
                                    bool object_needed) {
  return reference.by_id ? missing_by_id(contract, reference.path)
                         : missing_by_name(contract, reference.path, object_needed);
}

}  // namespace mesh::rules
