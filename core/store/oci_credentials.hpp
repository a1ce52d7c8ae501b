#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

#include <optional>
#include <string>

namespace mesh::store {

// Either a user with a password, or a token by which tokens are asked for.
struct RegistryLogin {
  std::string user;
  Secret password, identity_token;

  bool operator==(const RegistryLogin&) const = default;
};

// Where a store of a registry gets what it proves itself by. core/config makes them: of Docker's config.
class RegistryLogins {
 public:
  virtual ~RegistryLogins() = default;

  // `host` is as in a target: "registry.example.com:5000". Asked once by each store, and only when its
  // registry wants to know who is there. Nothing where none are kept for it.
  virtual Result<std::optional<RegistryLogin>> login_for(const std::string& host) = 0;
};

}  // namespace mesh::store
