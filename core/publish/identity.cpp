#include "core/publish/identity.hpp"

#include "core/base/strings.hpp"

#include <algorithm>

namespace mesh::publish {
namespace {

bool is_name(std::string_view text) {
  const auto is_word = [](std::string_view part) {
    return !part.empty() &&
           std::ranges::all_of(part, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
  };
  return text.size() <= 63 && std::ranges::all_of(split(text, '-'), is_word);
}

// They would be taken for the mesh's own root, for a layout's index, for a domain's listing.
bool is_reserved(std::string_view name) { return name == "mesh" || name == "index" || name == "listing"; }

Result<void> check_name(std::string_view what, std::string_view name) {
  if (!is_name(name))
    return fail(Fault::usage, "`" + printable(name) + "` cannot be the name of a " + std::string(what),
                "a name is made of a-z and 0-9, with single `-` between, at most 63 characters");
  if (is_reserved(name))
    return fail(Fault::usage, "the name `" + std::string(name) + "` is reserved, a " + std::string(what) +
                                  " cannot have it");
  return {};
}

}  // namespace

Result<void> check_identity(const Identity& identity) {
  if (auto checked = check_name("domain", identity.domain); !checked) return checked;
  return check_name("product", identity.product);
}

Result<Identity> parse_identity(std::string_view text) {
  const auto parts = split(text, '/');
  if (parts.size() != 2)
    return fail(Fault::usage, "`" + printable(text) + "` does not name a product",
                "write it as DOMAIN/PRODUCT");
  Identity identity{std::string(parts[0]), std::string(parts[1])};
  if (auto checked = check_identity(identity); !checked) return pass(std::move(checked));
  return identity;
}

}  // namespace mesh::publish
