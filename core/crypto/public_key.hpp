#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

// Public keys as OpenSSH writes them: `ssh-ed25519 AAAA… comment`.
namespace mesh::crypto {

// Those of hardware sign what a person touched it for, and are held by an agent only.
enum class KeyType : uint8_t { ed25519, ecdsa_p256, rsa, ed25519_hardware, ecdsa_hardware };
std::string_view name_of(KeyType type);  // "ssh-ed25519", … "sk-ecdsa-sha2-nistp256@openssh.com"
bool is_of_hardware(KeyType type);

struct PublicKey {
  KeyType type = KeyType::ed25519;
  std::string blob;     // in the form of the wire; one key has one
  std::string comment;  // says nothing about who holds the key

  bool operator==(const PublicKey& other) const { return blob == other.blob; }
};

// corrupt: another type of key, numbers that cannot be one, RSA of fewer than 2048 or more than 16384 bits.
Result<PublicKey> read_public_key(std::string_view blob);

// A line of a `.pub` file or of `signers`. usage: anything else, options in front of it and certificates
// included.
Result<PublicKey> parse_public_key(std::string_view line);

std::string line_of(const PublicKey& key);
std::string fingerprint(const PublicKey& key);  // "SHA256:…", as `ssh-keygen -l` tells it

// A signature in the form of the wire, by this key over these bytes. RSA signs with SHA-2 only; one of
// hardware that nobody touched counts for nothing.
bool verifies(const PublicKey& key, std::string_view signature, std::string_view message);

// A signature larger than this is none.
inline constexpr size_t kMaxSignature = 4096;

}  // namespace mesh::crypto
