#include "core/crypto/crc32c.hpp"

#include <cstdint>

namespace mesh::crypto {
namespace {

constexpr std::array<uint32_t, 256> make_table() {
  constexpr uint32_t kReversedPolynomial = 0x82f63b78;
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < table.size(); ++byte) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ (rest & 1 ? kReversedPolynomial : 0);
    table[byte] = rest;
  }
  return table;
}
constexpr std::array<uint32_t, 256> kTable = make_table();

}  // namespace

std::array<unsigned char, 4> crc32c(std::string_view bytes) {
  uint32_t rest = ~uint32_t{0};
  for (const char c : bytes) rest = rest >> 8 ^ kTable[(rest ^ static_cast<unsigned char>(c)) & 0xff];
  rest = ~rest;
  const auto byte = [&](int shift) { return static_cast<unsigned char>(rest >> shift & 0xff); };
  return {byte(24), byte(16), byte(8), byte(0)};
}

}  // namespace mesh::crypto
