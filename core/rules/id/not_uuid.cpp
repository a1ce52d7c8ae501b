#include "core/rules/rule.hpp"
#include "core/rules/variables.hpp"

#include <fmt/format.h>

namespace mesh::rules::id {

using model::RootKey;

static bool is_uuid(std::string_view text) {
  if (text.starts_with("urn:uuid:")) text.remove_prefix(9);
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-'
                : std::string_view("0123456789abcdefABCDEF").find(text[i]) == std::string_view::npos)
      return false;
  }
  return true;
}

static void check(const DocumentDetails& document, Findings& findings) {
  const yaml::Node id = document[RootKey::id];
  if (!id.is_string() || has_variable(id.text()) || is_uuid(id.text())) return;
  findings.add(id.span(), fmt::format("id `{}` is no UUID", id.text())).label =
      "write it like 53581432-6c55-4ba2-a65f-72344a91553a";
}

extern const Rule not_uuid{
    .id = "id/not-uuid",
    .summary = "ids are UUIDs",
    .level = Level::off,
    .check = check,
};

}  // namespace mesh::rules::id
