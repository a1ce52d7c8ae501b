// The plain functions: the EVP ones load providers and read a configuration file first, a millisecond more.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "core/crypto/md5.hpp"

#include "core/crypto/libcrypto.hpp"

#include <openssl/md5.h>

namespace mesh::crypto {

std::array<unsigned char, 16> md5(std::initializer_list<std::string_view> parts) {
  static const auto kInit = libcrypto<decltype(&MD5_Init)>("MD5_Init");
  static const auto kUpdate = libcrypto<decltype(&MD5_Update)>("MD5_Update");
  static const auto kFinal = libcrypto<decltype(&MD5_Final)>("MD5_Final");
  std::array<unsigned char, 16> digest{};
  MD5_CTX context;
  kInit(&context);
  for (const std::string_view part : parts) kUpdate(&context, part.data(), part.size());
  kFinal(digest.data(), &context);
  return digest;
}

}  // namespace mesh::crypto
