#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

namespace mesh::store {

// Where a store gets the token that its requests bear. core/config makes them: from the environment, an
// identity.
class TokenProvider {
 public:
  virtual ~TokenProvider() = default;

  // Asked before every request and from any thread, so an answer is kept for as long as it is good.
  // usage or refused, with what to do about it, where there is none.
  virtual Result<Secret> current() = 0;

  // The server does not take this one any more. Whether `current` answers another from now on.
  virtual bool renew(const Secret& expired) = 0;
};

}  // namespace mesh::store
