// The plain functions: the EVP ones load providers and read a configuration file first, a millisecond more.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "core/crypto/sha256.hpp"

#include "core/crypto/libcrypto.hpp"

#include <openssl/sha.h>

namespace mesh::crypto {
namespace {

// `feed` is given what takes a part.
template <class Feed>
std::array<unsigned char, 32> digest_of(const Feed& feed) {
  static const auto kInit = libcrypto<decltype(&SHA256_Init)>("SHA256_Init");
  static const auto kUpdate = libcrypto<decltype(&SHA256_Update)>("SHA256_Update");
  static const auto kFinal = libcrypto<decltype(&SHA256_Final)>("SHA256_Final");
  std::array<unsigned char, 32> digest{};
  SHA256_CTX context;
  kInit(&context);
  feed([&](std::string_view part) { kUpdate(&context, part.data(), part.size()); });
  kFinal(digest.data(), &context);
  return digest;
}

}  // namespace

std::array<unsigned char, 32> sha256(std::initializer_list<std::string_view> parts) {
  return digest_of([&](const auto& take) {
    for (const std::string_view part : parts) take(part);
  });
}

std::array<unsigned char, 32> sha256(const Pieces& pieces) {
  return digest_of([&](const auto& take) {
    for (size_t i = 0; i < pieces.count(); ++i) take(pieces.piece(i));
  });
}

std::string hex(std::span<const unsigned char> bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const unsigned char byte : bytes) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

std::string sha256_hex(std::string_view bytes) { return hex(sha256({bytes})); }

}  // namespace mesh::crypto
