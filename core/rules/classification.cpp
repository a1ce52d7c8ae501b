#include "core/rules/classification.hpp"

#include "core/base/strings.hpp"

#include <algorithm>
#include <array>

namespace mesh::rules {

using model::ObjectKey;
using model::PropertyKey;
using model::RootKey;
using yaml::Node;

bool is_protected_class(std::string_view classification) {
  constexpr std::array<std::string_view, 8> kProtected{
      "restricted",           "confidential",      "pii", "secret", "sensitive", "spii",
      "strictlyconfidential", "highlyconfidential"};
  std::string plain;
  for (const char c : to_lower(classification))
    if (c >= 'a' && c <= 'z') plain += c;
  return std::ranges::find(kProtected, plain) != kProtected.end();
}

static bool speaks_of_hiding(std::string_view text) {
  constexpr std::array<std::string_view, 11> kWords{"mask",      "encrypt",    "hash",     "token",
                                                    "pseudonym", "anonym",     "redact",   "cipher",
                                                    "policy",    "protection", "rowfilter"};
  const std::string lower = to_lower(text);
  return std::ranges::any_of(kWords,
                             [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

static bool any_speaks(Node list) {
  if (!list.is_sequence()) return false;
  for (uint32_t i = 0; i < list.size(); ++i) {
    const Node entry = list.item(i);
    const auto name = entry.is_mapping() ? entry.find("property") : std::optional<Node>(entry);
    if (name && speaks_of_hiding(name->text())) return true;
  }
  return false;
}

bool Protection::is_hidden(const model::PropertyDetails& property) {
  if (!property[PropertyKey::encrypted_name].text().empty()) return true;
  for (const PropertyKey key : {PropertyKey::name, PropertyKey::physical_name})
    if (speaks_of_hiding(property[key].text())) return true;
  if (const auto logic = property.node.find("transformLogic"); logic && speaks_of_hiding(logic->text()))
    return true;
  return any_speaks(property[PropertyKey::tags]) || any_speaks(property[PropertyKey::custom_properties]) ||
         is_around_hidden(property.object);
}

// One mask may stand for all columns.
bool Protection::is_around_hidden(uint32_t object) {
  if (!contract_hidden_) contract_hidden_ = any_speaks(contract_[RootKey::custom_properties]);
  if (object != object_) {
    object_ = object;
    object_hidden_ = any_speaks(contract_.objects[object][ObjectKey::custom_properties]);
  }
  return *contract_hidden_ || *object_hidden_;
}

}  // namespace mesh::rules
