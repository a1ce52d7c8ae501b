#pragma once

#include "core/crypto/signer.hpp"

#include <string>
#include <string_view>

// Private key files of OpenSSH (`-----BEGIN OPENSSH PRIVATE KEY-----`).
namespace mesh::crypto {

inline constexpr uint64_t kMaxKeyFile = 64u << 10;

// usage: not such a file, one with a passphrase (the message leads to the agent), a type that is not known.
Result<Signer> read_private_key(std::string_view text);

// The same from a file, which nobody but its owner may read: usage otherwise. not_found, local_io.
Result<Signer> private_key_file(const std::string& path);

}  // namespace mesh::crypto
