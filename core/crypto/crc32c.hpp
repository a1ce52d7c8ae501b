#pragma once

#include <array>
#include <string_view>

namespace mesh::crypto {

// The checksum of RFC 3720 (Castagnoli's polynomial), first byte first.
std::array<unsigned char, 4> crc32c(std::string_view bytes);

}  // namespace mesh::crypto
