#include "core/crypto/wire.hpp"

namespace mesh::crypto {

std::string_view WireReader::raw(size_t size) {
  if (!ok_ || size > rest_.size()) {
    ok_ = false;
    return {};
  }
  const std::string_view bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return bytes;
}

uint8_t WireReader::byte() {
  const std::string_view one = raw(1);
  return ok_ ? static_cast<uint8_t>(one[0]) : uint8_t{0};
}

uint32_t WireReader::number() {
  uint32_t value = 0;
  for (const char c : raw(4)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::string_view WireReader::string() {
  const uint32_t size = number();
  return raw(size);
}

std::string_view WireReader::positive() {
  std::string_view bytes = string();
  const auto is_high = [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; };
  if (!ok_) return {};
  if (bytes.empty() || is_high(bytes[0]) || (bytes[0] == 0 && (bytes.size() == 1 || !is_high(bytes[1])))) {
    ok_ = false;
    return {};
  }
  if (bytes[0] == 0) bytes.remove_prefix(1);
  return bytes;
}

std::string wire_number(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16 & 0xff),
          static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
}

std::string wire_string(std::string_view bytes) {
  std::string written = wire_number(static_cast<uint32_t>(bytes.size()));
  written += bytes;
  return written;
}

std::string wire_positive(std::string_view big_endian) {
  while (!big_endian.empty() && big_endian.front() == 0) big_endian.remove_prefix(1);
  const bool is_high = !big_endian.empty() && (static_cast<unsigned char>(big_endian[0]) & 0x80) != 0;
  return wire_string((is_high ? std::string(1, '\0') : std::string()) + std::string(big_endian));
}

}  // namespace mesh::crypto
