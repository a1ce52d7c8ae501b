#include "core/publish/identity.hpp"

#include "core/base/strings.hpp"
#include "core/model/read.hpp"

namespace mesh::publish {

static Result<void> check_name(std::string_view what, std::string_view name) {
  if (!model::is_slug(name))
    return fail(Fault::usage, "`" + printable(name) + "` cannot be the name of a " + std::string(what),
                "a name is made of a-z and 0-9, with single `-` between, at most 63 characters");
  if (model::is_reserved(name))
    return fail(Fault::usage, "the name `" + std::string(name) + "` is reserved, a " + std::string(what) +
                                  " cannot have it");
  return {};
}

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
