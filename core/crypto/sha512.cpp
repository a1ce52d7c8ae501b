// The plain functions: the EVP ones load providers and read a configuration file first, a millisecond more.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "core/crypto/sha512.hpp"

#include "core/crypto/libcrypto.hpp"

#include <openssl/sha.h>

namespace mesh::crypto {

std::array<unsigned char, 64> sha512(std::initializer_list<std::string_view> parts) {
  static const auto kInit = libcrypto<decltype(&SHA512_Init)>("SHA512_Init");
  static const auto kUpdate = libcrypto<decltype(&SHA512_Update)>("SHA512_Update");
  static const auto kFinal = libcrypto<decltype(&SHA512_Final)>("SHA512_Final");
  std::array<unsigned char, 64> digest{};
  SHA512_CTX context;
  kInit(&context);
  for (const std::string_view part : parts) kUpdate(&context, part.data(), part.size());
  kFinal(digest.data(), &context);
  return digest;
}

}  // namespace mesh::crypto
