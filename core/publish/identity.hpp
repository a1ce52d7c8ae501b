#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

// Which product of which domain: where it is published, below every target (design section 3, "Identity").
namespace mesh::publish {

struct Identity {
  std::string domain, product;

  std::string prefix() const { return domain + "/" + product; }
  auto operator<=>(const Identity&) const = default;
};

// usage: a name that is not of the form `[a-z0-9]+(-[a-z0-9]+)*`, longer than 63, or reserved.
Result<void> check_identity(const Identity& identity);

// "sales/orders". usage for anything else.
Result<Identity> parse_identity(std::string_view text);

}  // namespace mesh::publish
