#pragma once

#include "core/base/result.hpp"
#include "core/crypto/public_key.hpp"
#include "core/text/source.hpp"

#include <cstdint>
#include <vector>

namespace mesh::trust {

// What `root` in mesh.yaml says: who is to sign the root. Only `mesh trust` asks, so it is no fact of a
// workspace.
struct RootKeys {
  uint32_t threshold = 1;
  std::vector<crypto::PublicKey> keys;
};

// usage: a line that is no key, a threshold that is not written in digits.
Result<RootKeys> read_root_keys(const Source& mesh_yaml);

}  // namespace mesh::trust
