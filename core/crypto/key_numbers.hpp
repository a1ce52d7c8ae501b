#pragma once

#include "core/crypto/evp.hpp"
#include "core/crypto/public_key.hpp"
#include "core/crypto/wire.hpp"

#include <optional>
#include <string_view>

// For the files of this room: what stands in the blobs of keys and signatures.
namespace mesh::crypto {

struct KeyNumbers {
  KeyType type = KeyType::ed25519;
  std::string_view point;              // Ed25519: the key; P-256: 4, x, y
  std::string_view exponent, modulus;  // RSA
  std::string_view application;        // of hardware: what it signs for, "ssh:"
};

// Views into the blob; nothing when it is no key that we know.
std::optional<KeyNumbers> key_numbers(std::string_view blob);
std::optional<KeyType> key_type_named(std::string_view name);

EvpKey evp_of(const KeyNumbers& numbers);

// Which digest a signature of that algorithm is made with; nothing when keys of this type have no such one.
std::optional<Digest> digest_of(KeyType type, std::string_view algorithm);

// The signature of a P-256 key in both of its forms.
std::optional<std::string> der_of_ssh(std::string_view ssh);
std::optional<std::string> ssh_of_der(std::string_view der);

}  // namespace mesh::crypto
