#pragma once

#include "core/crypto/private_key.hpp"
#include "core/trust/root.hpp"
#include "tests/unit/crypto/keys.hpp"

namespace mesh::test {

inline crypto::Signer signer(const std::string& name) {
  auto signer = crypto::read_private_key(key_bytes(name));
  REQUIRE(signer);
  return std::move(*signer);
}
inline crypto::PublicKey key(const std::string& name) { return signer(name).key; }

// Of the mesh `shop` with one key of its own, which signs for the domain `sales` too.
inline trust::Root root(const std::string& root_key = "ed25519", const std::string& sales = "ecdsa") {
  trust::Root root;
  root.mesh = "shop";
  root.expires = *parse_day("2030-01-01");
  root.keys = {key(root_key)};
  root.domains = {{"sales", "sales", {key(sales)}}, {"finance", "finance", {key("rsa")}}};
  return root;
}

}  // namespace mesh::test
