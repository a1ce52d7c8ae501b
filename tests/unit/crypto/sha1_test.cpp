#include "core/crypto/sha1.hpp"

#include <doctest.h>

#include <string>

static std::string hex(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const unsigned char byte : mesh::crypto::sha1(parts)) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

TEST_CASE("sha1: the examples of FIPS 180-4, in one part and in several") {
  CHECK(hex({}) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  CHECK(hex({"abc"}) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hex({"a", "", "bc"}) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hex({std::string(1'000'000, 'a')}) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}
