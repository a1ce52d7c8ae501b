#include "core/rules/replacement.hpp"

#include "core/yaml/scalar.hpp"

#include <algorithm>

namespace mesh::rules {

static std::optional<Fix> replacement(std::string_view old, Span at, std::string_view text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/-";
  if (text.empty() || text.find_first_not_of(kPlain) != std::string_view::npos) return std::nullopt;
  std::string written(text);
  const uint32_t size = at.end - at.begin;
  if (size == old.size() + 2) {  // in quotes, without escapes
    ++at.begin;
    --at.end;
  } else if (size != old.size()) {
    return std::nullopt;
  } else if (text.ends_with(':') || text.front() == '-' || yaml::core_kind(text) != yaml::Kind::string) {
    written = "\"" + written + "\"";
  }
  return Fix{"write `" + std::string(text) + "`", false, {{at, std::move(written)}}};
}

std::optional<Fix> replacement(const model::Text& old, std::string_view text) {
  return old ? replacement(old.view(), old.at, text) : std::nullopt;
}

std::optional<Fix> replacement(yaml::Node old, std::string_view text) {
  return replacement(old.text(), old.span(), text);
}

}  // namespace mesh::rules
