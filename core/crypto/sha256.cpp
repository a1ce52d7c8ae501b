// The plain functions: the EVP ones load providers and read a configuration file first, a millisecond that no
// manifest needs.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "core/crypto/sha256.hpp"

#include <openssl/sha.h>

namespace mesh::crypto {

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, bytes.data(), bytes.size());
  SHA256_Final(digest, &context);
  constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * sizeof digest);
  for (const unsigned char byte : digest) {
    hex += kHex[byte >> 4];
    hex += kHex[byte & 15];
  }
  return hex;
}

}  // namespace mesh::crypto
