#pragma once

#include "core/base/base64.hpp"
#include "core/base/files.hpp"
#include "tests/unit/source_dir.hpp"

#include <doctest.h>

#include <string>

namespace mesh::test {

// A file of tests/unit/crypto/keys.
inline std::string key_bytes(const std::string& name) {
  auto bytes = read_file(source_dir() + "/tests/unit/crypto/keys/" + name);
  REQUIRE_MESSAGE(bytes, name);
  return *bytes;
}

// "-----BEGIN …" and its end around the bytes of a key or signature.
struct Armor {
  std::string begin, end;
  explicit Armor(const std::string& what)
      : begin("-----BEGIN " + what + "-----\n"), end("\n-----END " + what + "-----\n") {}

  std::string decoded(std::string text) const {
    text = text.substr(begin.size(), text.size() - begin.size() - end.size());
    std::erase(text, '\n');
    return *from_base64(text);
  }
  std::string encoded(const std::string& bytes) const { return begin + base64(bytes) + end; }
};

inline constexpr const char* kKeys[] = {"ed25519", "ecdsa", "rsa"};

}  // namespace mesh::test
