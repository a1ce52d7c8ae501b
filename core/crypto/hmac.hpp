#pragma once

#include <array>
#include <string_view>

namespace mesh::crypto {

// HMAC with SHA-256 (RFC 2104). Keys may have any length, and any bytes.
std::array<unsigned char, 32> hmac_sha256(std::string_view key, std::string_view message);

// Bytes of a digest as a text: keys that are made of one another.
template <size_t Size>
std::string_view bytes_of(const std::array<unsigned char, Size>& digest) {
  return {reinterpret_cast<const char*>(digest.data()), Size};
}

}  // namespace mesh::crypto
