#include "core/yaml/written.hpp"

#include "core/base/strings.hpp"
#include "core/yaml/portable.hpp"
#include "core/yaml/scalar.hpp"

#include <algorithm>

namespace mesh::yaml {
namespace {

bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// Read as this text by every parser, in flow collections and as a key too.
bool may_be_plain(std::string_view value) {
  if (value.empty() || !(is_alnum(value.front()) || value.front() == '_' || value.front() == '/'))
    return false;
  if (value.ends_with(':') || value.ends_with(' ')) return false;
  const auto is_harmless = [](char c) {
    return is_alnum(c) || std::string_view("_-./:@+ ").find(c) != std::string_view::npos;
  };
  return std::all_of(value.begin(), value.end(), is_harmless) && value.find(": ") == value.npos &&
         core_kind(value) == Kind::string && !unportable(value) && !is_date(value);
}

}  // namespace

std::optional<std::string> written_like(std::string_view original, std::string_view value) {
  if (original.empty()) return std::nullopt;
  const bool is_one_line =
      std::none_of(value.begin(), value.end(), [](char c) { return c >= 0 && c < 0x20; });
  switch (original.front()) {
    case '*':
    case '|':
    case '>':
    case '[':
    case '{':
      return std::nullopt;
    case '\'': {
      if (!is_one_line) return json_quote(value);
      std::string text = "'";
      for (const char c : value) text += c == '\'' ? std::string("''") : std::string(1, c);
      return text + "'";
    }
    case '"':
      return json_quote(value);
    default:
      return may_be_plain(value) ? std::string(value) : json_quote(value);
  }
}

}  // namespace mesh::yaml
