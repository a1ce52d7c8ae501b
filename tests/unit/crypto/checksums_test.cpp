#include "core/crypto/crc32c.hpp"
#include "core/crypto/md5.hpp"
#include "core/crypto/sha256.hpp"

#include <doctest.h>

#include <string>

using namespace mesh::crypto;

TEST_CASE("md5: the examples of RFC 1321") {
  CHECK(hex(md5({""})) == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(hex(md5({"message ", "digest"})) == "f96b697d7cb7938d525a2f31aaf161d0");
  CHECK(hex(md5({"1234567890123456789012345678901234567890", "1234567890123456789012345678901234567890"})) ==
        "57edf4a22be3c955ac49da2e2107b67a");
}

TEST_CASE("crc32c: the examples of RFC 3720 and the usual check") {
  std::string up;
  for (int i = 0; i < 32; ++i) up += static_cast<char>(i);
  CHECK(hex(crc32c("123456789")) == "e3069283");
  CHECK(hex(crc32c(std::string(32, '\0'))) == "8a9136aa");
  CHECK(hex(crc32c(std::string(32, '\xff'))) == "62a8ab43");
  CHECK(hex(crc32c(up)) == "46dd794e");
  CHECK(hex(crc32c("")) == "00000000");
}
