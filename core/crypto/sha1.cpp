// The plain functions: the EVP ones load providers and read a configuration file first, a millisecond more.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "core/crypto/sha1.hpp"

#include "core/crypto/libcrypto.hpp"

#include <openssl/sha.h>

namespace mesh::crypto {

std::array<unsigned char, 20> sha1(std::initializer_list<std::string_view> parts) {
  static const auto kInit = libcrypto<decltype(&SHA1_Init)>("SHA1_Init");
  static const auto kUpdate = libcrypto<decltype(&SHA1_Update)>("SHA1_Update");
  static const auto kFinal = libcrypto<decltype(&SHA1_Final)>("SHA1_Final");
  std::array<unsigned char, 20> digest{};
  SHA_CTX context;
  kInit(&context);
  for (const std::string_view part : parts) kUpdate(&context, part.data(), part.size());
  kFinal(digest.data(), &context);
  return digest;
}

}  // namespace mesh::crypto
