#include "core/crypto/hmac.hpp"

#include "core/crypto/sha256.hpp"

namespace mesh::crypto {

// Made of our SHA-256: libcrypto's own HMAC loads its providers and reads a configuration file first.
std::array<unsigned char, 32> hmac_sha256(std::string_view key, std::string_view message) {
  constexpr size_t kBlock = 64;
  std::array<unsigned char, kBlock> inner{}, outer{};
  const auto digest = key.size() > kBlock ? sha256({key}) : std::array<unsigned char, 32>{};
  if (key.size() > kBlock) key = bytes_of(digest);
  for (size_t i = 0; i < kBlock; ++i) {
    const unsigned char byte = i < key.size() ? static_cast<unsigned char>(key[i]) : 0;
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  return sha256({bytes_of(outer), bytes_of(sha256({bytes_of(inner), message}))});
}

}  // namespace mesh::crypto
