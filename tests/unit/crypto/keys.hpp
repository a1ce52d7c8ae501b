#pragma once

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

inline constexpr const char* kKeys[] = {"ed25519", "ecdsa", "rsa"};

}  // namespace mesh::test
