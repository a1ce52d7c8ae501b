#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

// For the files of this room: keys and signatures as libcrypto has them. Numbers are big-endian.
namespace mesh::crypto {

// A key of libcrypto; nullptr when it refuses the numbers.
using EvpKey = std::shared_ptr<void>;

EvpKey evp_ed25519(std::string_view public_key);    // 32 bytes
EvpKey evp_ed25519_private(std::string_view seed);  // 32 bytes
EvpKey evp_p256(std::string_view point);            // 65 bytes: 4, x, y; must be on the curve
EvpKey evp_p256_private(std::string_view point, std::string_view scalar);
EvpKey evp_rsa(std::string_view modulus, std::string_view exponent);
EvpKey evp_rsa_private(std::string_view modulus, std::string_view exponent,
                       std::string_view private_exponent);

// PKCS #8 or PKCS #1; nullptr as well when it is no RSA key of 2048 to 16384 bits.
EvpKey evp_rsa_of_der(std::string_view der);

enum class Digest : unsigned char { none, sha256, sha512 };  // none: Ed25519 hashes by itself

bool evp_verifies(const EvpKey& key, Digest digest, std::string_view message, std::string_view signature);
std::optional<std::string> evp_sign(const EvpKey& key, Digest digest, std::string_view message);

}  // namespace mesh::crypto
