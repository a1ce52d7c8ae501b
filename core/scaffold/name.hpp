#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

// The names of meshes, domains, products and contracts: they become folders, ids and keys of a store.
namespace mesh::scaffold {

// [a-z0-9]+(-[a-z0-9]+)*, at most 63.
bool is_name(std::string_view text);

// The nearest name: "Orders EU" gives `orders-eu`. Empty when the text holds no letter or digit that a name
// may have.
std::string slug(std::string_view text);

// usage when `text` cannot be the name of a `what` ("domain", "product", …), with a name that could.
Result<void> check_name(std::string_view what, std::string_view text);

// usage when `text` is not the address of a mailbox: one `@`, a word on each side, nothing that breaks a
// `mailto:`.
Result<void> check_email(std::string_view text);

}  // namespace mesh::scaffold
