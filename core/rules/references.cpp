#include "core/rules/references.hpp"

#include "core/base/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <type_traits>

namespace mesh::rules {

using model::List;
using model::Property;
using model::SchemaObject;
using model::Text;

// A list has one item; a map, which has a key and a value, is not looked into.
const Property& unwrapped(const Property& property) {
  const Property* inner = &property;
  while (inner->properties().empty() && inner->items().size() == 1) inner = &inner->items().front();
  return *inner;
}

namespace {

Text id_of(const SchemaObject& object) { return object.id; }
Text id_of(const Property& property) { return property.id(); }
constexpr auto name_of = [](const auto& part) { return part.name; };

List<Property> members(const Property& property) { return unwrapped(property).properties(); }

// The standard does not say how a reference leads into a map.
bool is_open(const Property& property) { return unwrapped(property).logical_type == "map"; }

std::string up_to(std::string_view path, std::string_view rest) {
  return std::string(path.substr(0, path.size() - rest.size()));
}

// The way to the first property of this name further inside: "lines.price.amount".
std::optional<std::string> way_to(List<Property> properties, std::string_view name) {
  for (const Property& property : properties) {
    if (!property.name) continue;
    if (property.name == name) return property.name.str();
    if (const auto inside = way_to(members(property), name)) return property.name.str() + "." + *inside;
  }
  return std::nullopt;
}

}  // namespace

template <class Parts>
const ContractParts::Index& ContractParts::index_of(const Parts& parts) {
  const auto [known, is_new] = indexes_.try_emplace(std::to_address(parts.begin()));
  Index& list = known->second;
  if (!is_new) return list;
  for (uint32_t i = 0; i < parts.size(); ++i) {
    list.has_nameless |= !parts[i].name;
    list.longest_name = std::max<size_t>(list.longest_name, parts[i].name.size());
    if (parts[i].name) list.by_name[parts[i].name.view()].push_back(i);
    if (const Text id = id_of(parts[i])) list.by_id.emplace(id.view(), i);
  }
  return list;
}

// Visits every part that the path starts with, with what is left of the path; names may hold dots themselves.
template <class Parts, class Visit>
void ContractParts::each_named(const Parts& parts, std::string_view path, const Visit& visit) {
  const Index& list = index_of(parts);
  for (size_t end = 0; end < path.size() && end <= list.longest_name; ++end) {
    end = std::min(path.find('.', end), path.size());
    const auto found = list.by_name.find(path.substr(0, end));
    if (found == list.by_name.end()) continue;
    const std::string_view rest = end == path.size() ? std::string_view{} : path.substr(end + 1);
    for (const uint32_t i : found->second) visit(parts[i], rest);
  }
}

// For did-you-mean. Comparing words is slow: none for lists that are too long, and no more once there are
// many faults, which have another cause than their spelling.
template <class Parts, class Word>
std::vector<std::string> ContractParts::words(const Parts& parts, const Word& word_of) {
  constexpr size_t kLongestList = 2'000, kMostSuggestions = 200;
  std::vector<std::string> all;
  if (parts.size() > kLongestList || ++suggestions_ > kMostSuggestions) return all;
  for (const auto& part : parts)
    if (const Text word = word_of(part)) all.push_back(word.str());
  return all;
}

ContractParts::Search ContractParts::search(Properties properties, std::string_view path,
                                            std::string_view owner, Deepest& deepest) {
  if (!deepest.there || path.size() < deepest.rest.size()) deepest = {path, properties, owner};
  Search result = index_of(properties).has_nameless ? Search::unclear : Search::missing;
  each_named(properties, path, [&](const Property& property, std::string_view rest) {
    if (result == Search::found) return;
    if (rest.empty()) {
      result = Search::found;
    } else if (is_open(property)) {
      result = Search::unclear;
    } else if (const Search inside = search(members(property), rest, property.name.view(), deepest);
               inside != Search::missing) {
      result = inside;
    }
  });
  return result;
}

Missing ContractParts::missing_property(std::string_view path, const Deepest& deepest) {
  const std::string_view first = deepest.rest.substr(0, deepest.rest.find('.'));
  Missing missing;
  if (deepest.there->empty()) {
    missing.message = fmt::format("`{}` has no properties, so no `{}`", deepest.owner, first);
    return missing;
  }
  missing.message = fmt::format("`{}` has no property `{}`", deepest.owner, first);
  const std::vector<std::string> known = words(*deepest.there, name_of);
  if (known.empty()) return missing;
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

std::optional<Missing> ContractParts::missing_by_name(std::string_view path, bool object_needed) {
  Deepest deepest;
  Search result = index_of(contract_.objects).has_nameless ? Search::unclear : Search::missing;
  each_named(contract_.objects, path, [&](const SchemaObject& object, std::string_view rest) {
    if (result == Search::found) return;
    const Search inside =
        rest.empty() ? Search::found : search(object.properties, rest, object.name.view(), deepest);
    if (inside != Search::missing) result = inside;
  });
  if (result != Search::found && !object_needed && contract_.objects.size() == 1) {
    const SchemaObject& only = contract_.objects.front();
    Deepest directly;
    const Search inside = search(only.properties, path, only.name.view(), directly);
    if (inside != Search::missing) result = inside;
    if (!deepest.there && path.find('.') == std::string_view::npos) deepest = directly;
  }
  if (result != Search::missing) return std::nullopt;
  if (deepest.there) return missing_property(path, deepest);
  const std::string_view first = path.substr(0, path.find('.'));
  Missing missing{fmt::format("the contract has no object `{}`", first), std::nullopt};
  if (const auto near = nearest(first, words(contract_.objects, name_of)))
    missing.suggestion = *near + std::string(path.substr(first.size()));
  return missing;
}

template <class Parts>
Missing ContractParts::missing_id(const Parts& parts, std::string_view what,
                                  const std::vector<std::string_view>& path, size_t at) {
  const std::string_view id = path[at];
  const Index& list = index_of(parts);
  const auto named = list.by_name.find(id);
  Missing missing;
  std::optional<std::string> better;
  if (named != list.by_name.end()) {
    missing.message = fmt::format("`{}` is the name of {}, and a path with `/` needs its `id`", id, what);
    if (const Text its_id = id_of(parts[named->second.front()])) better = its_id.str();
  } else {
    missing.message = fmt::format("{} with the id `{}` does not exist", what, id);
    better = nearest(id, words(parts, [](const auto& part) { return id_of(part); }));
  }
  if (!better) return missing;
  std::string whole;
  for (size_t i = 0; i < path.size(); ++i)
    whole += fmt::format("{}{}", i ? "/" : "", i == at ? std::string_view(*better) : path[i]);
  missing.suggestion = std::move(whole);
  return missing;
}

std::optional<Missing> ContractParts::missing_by_id(std::string_view text) {
  const std::vector<std::string_view> path = split(text, '/');
  if (path.size() < 2 || path.size() % 2 != 0 || path[0] != "schema") return std::nullopt;
  for (size_t i = 2; i < path.size(); i += 2)
    if (path[i] != "properties") return std::nullopt;
  const Index& objects = index_of(contract_.objects);
  const auto object = objects.by_id.find(path[1]);
  if (object == objects.by_id.end()) return missing_id(contract_.objects, "an object", path, 1);
  List<Property> level = contract_.objects[object->second].properties;
  for (size_t i = 3; i < path.size(); i += 2) {
    const Index& properties = index_of(level);
    const auto property = properties.by_id.find(path[i]);
    if (property == properties.by_id.end()) return missing_id(level, "a property", path, i);
    if (is_open(level[property->second])) return std::nullopt;
    level = members(level[property->second]);
  }
  return std::nullopt;
}

const Property* ContractParts::property_at(Properties properties, std::string_view path) {
  const Property* found = nullptr;
  each_named(properties, path, [&](const Property& property, std::string_view rest) {
    if (!found) found = rest.empty() ? &property : property_at(members(property), rest);
  });
  return found;
}

std::optional<Target> ContractParts::find_by_id(std::string_view text) {
  const std::vector<std::string_view> path = split(text, '/');
  if (path.size() < 2 || path.size() % 2 != 0 || path[0] != "schema") return std::nullopt;
  const Index& objects = index_of(contract_.objects);
  const auto object = objects.by_id.find(path[1]);
  if (object == objects.by_id.end()) return std::nullopt;
  Target target{&contract_.objects[object->second], nullptr};
  List<Property> level = target.object->properties;
  for (size_t i = 2; i < path.size(); i += 2) {
    const Index& properties = index_of(level);
    const auto property = properties.by_id.find(path[i + 1]);
    if (path[i] != "properties" || property == properties.by_id.end()) return std::nullopt;
    target.property = &level[property->second];
    level = members(*target.property);
  }
  return target;
}

std::optional<Target> ContractParts::find(const Reference& reference) {
  if (reference.by_id) return find_by_id(reference.path);
  std::optional<Target> found;
  each_named(contract_.objects, reference.path, [&](const SchemaObject& object, std::string_view rest) {
    if (found) return;
    if (rest.empty()) found = Target{&object, nullptr};
    if (const Property* const property = rest.empty() ? nullptr : property_at(object.properties, rest))
      found = Target{&object, property};
  });
  return found;
}

std::optional<Missing> ContractParts::find_missing(const Reference& reference, bool object_needed) {
  return reference.by_id ? missing_by_id(reference.path) : missing_by_name(reference.path, object_needed);
}

}  // namespace mesh::rules
