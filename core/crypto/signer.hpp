#pragma once

#include "core/base/result.hpp"
#include "core/crypto/public_key.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace mesh::crypto {

// Somebody who holds the private half of a key: a key file, an agent. May be used from several threads.
struct Signer {
  PublicKey key;
  // The signature in the form of the wire.
  std::function<Result<std::string>(std::string_view message)> sign;
};

// The same, and the signature is checked before anybody sees it: a key file whose halves do not belong
// together, and an agent that lies, give no signature. usage then.
Result<std::string> signature_of(const Signer& signer, std::string_view message);

}  // namespace mesh::crypto
