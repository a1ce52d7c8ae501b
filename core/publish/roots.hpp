#pragma once

#include "core/publish/publish.hpp"
#include "core/trust/chain.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// The roots of trust of a mesh where it is published: the layout `mesh/root` beside those of its products,
// with a manifest for each serial (its tag) and their signatures.
namespace mesh::publish {

inline constexpr std::string_view kRootType = "application/vnd.mesh.root.v1+json";

const Identity& root_place();  // mesh/root

struct PublishedRoots {
  std::vector<trust::SignedRoot> roots;  // by serial
  uint64_t head = 0;                     // the one that is said to be in force; 0: none is yet

  const trust::SignedRoot* with_serial(uint64_t serial) const;
  // The one that waits for signatures; nullptr when none does.
  const trust::SignedRoot* pending() const;
};

// Nothing of it is believed but what is signed. No roots when none is published; corrupt when what is there
// cannot be one.
Result<PublishedRoots> read_roots(store::Store& store);

struct RootChange {
  trust::Root root;
  std::string digest;
  std::string missing;  // signatures until it is in force; "" when it is
  bool written = false;
};

// Publishes a root, and its signature if there is a signer: in force as soon as it has the signatures that
// readers ask for. It takes the place of one that waits for signatures. conflict: its serial is not the next
// one.
Result<RootChange> publish_root(store::Store& store, const trust::Root& root,
                                const std::optional<crypto::Signer>& signer, const Options& options);

// Adds a signature to the root that waits for some. not_found: none does; usage: the signer's key can add
// nothing; conflict: it is another one than that digest says (if it says any).
Result<RootChange> sign_root(store::Store& store, const crypto::Signer& signer, const std::string& digest,
                             const Options& options);

}  // namespace mesh::publish
