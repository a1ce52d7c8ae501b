#include "core/base/strings.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace mesh::rules::ref {

using yaml::Node;

namespace {

// RFC 3986: a letter, then letters, digits, `+`, `-` and `.`, up to the colon.
bool has_scheme(std::string_view url) {
  const size_t colon = url.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return is_letter(url.front()) && std::ranges::all_of(url.substr(0, colon), [&](char c) {
           return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
         });
}

void check(const DocumentDetails& document, Findings& findings) {
  for (const Node list : document.definitions) {
    for (uint32_t i = 0; i < list.size(); ++i) {
      const auto url = list.item(i).is_mapping() ? list.item(i).find("url") : std::nullopt;
      if (!url || !url->is_string() || has_variable(url->text())) continue;
      const std::string_view text = trim(url->text());
      if (has_scheme(text)) continue;
      findings
          .add(url->span(), text.empty()
                                ? std::string("this definition has an empty link")
                                : fmt::format("the link `{}` works only from where this file is", text))
          .label = "write the whole address, with `https://`";
    }
  }
}

}  // namespace

extern const Rule definition_url{
    .id = "ref/definition-url",
    .summary = "an authoritative definition is a link that works everywhere",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::ref
