#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// The data types of the SSH protocol (RFC 4251, section 5), in which keys and signatures are written.
namespace mesh::crypto {

// Reads one value after the other. After the first that cannot be read nothing more is, and `ok` says so.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  uint8_t byte();
  uint32_t number();
  std::string_view raw(size_t size);
  std::string_view string();
  // A number of any size without its leading zero; negative ones and ones that are longer than needed fail.
  std::string_view positive();

  bool ok() const { return ok_; }
  // All was read, and could be.
  bool done() const { return ok_ && rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::string wire_number(uint32_t value);
std::string wire_string(std::string_view bytes);
std::string wire_positive(std::string_view big_endian);

}  // namespace mesh::crypto
