#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace mesh::crypto {

// RSA with SHA-256 (PKCS #1 v1.5), by a private key in PEM as clouds hand it out (`-----BEGIN PRIVATE
// KEY-----`). usage: it is no such key, has a passphrase or fewer than 2048 bits; told without it.
Result<std::string> rs256(std::string_view pem, std::string_view message);

}  // namespace mesh::crypto
