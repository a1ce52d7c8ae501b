#pragma once

#include "core/base/date.hpp"
#include "core/base/result.hpp"
#include "core/crypto/public_key.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The root of trust of a mesh: which domains there are and who signs for them, signed by the mesh's own keys
// (`mesh schema root`).
namespace mesh::trust {

using crypto::PublicKey;

struct DomainKeys {
  std::string name;
  std::string prefix;  // below which it publishes: "sales", or "sales/orders"
  std::vector<PublicKey> signers;
};

struct Revoked {
  PublicKey key;
  std::string since;  // RFC 3339
  std::string reason;
};

struct Root {
  std::string mesh;
  uint64_t serial = 1;
  Day expires;
  uint32_t threshold = 1;  // so many of `keys` sign it
  std::vector<PublicKey> keys;
  std::vector<DomainKeys> domains;
  std::vector<Revoked> revoked;

  const DomainKeys* domain(std::string_view name) const;
  const Revoked* revocation_of(const PublicKey& key) const;  // nullptr: it is none
};

inline constexpr uint64_t kMaxRoot = 4u << 20;

// Canonical, whatever the order of domains and keys.
std::string root_bytes(Root root);

// corrupt: not such a document, or one that contradicts itself: a key or domain twice, a threshold that its
// keys cannot reach, a prefix that is not the domain's own.
Result<Root> read_root(std::string_view bytes);

// The same contradictions of a root that is to be published, as usage.
Result<void> check_root(const Root& root);

// What a root says otherwise than the one before, one sentence each.
std::vector<std::string> changes(const Root& before, const Root& after);

}  // namespace mesh::trust
