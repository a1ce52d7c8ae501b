#pragma once

#include "core/base/date.hpp"
#include "core/base/result.hpp"
#include "core/trust/pins.hpp"
#include "core/trust/root.hpp"

#include <cstdint>
#include <string>
#include <vector>

// Which of the published roots a reader accepts. The rules are those of TUF: the first is signed by pinned
// keys, each next one by the keys of the one before it and by its own; only the last must not have expired.
namespace mesh::trust {

struct SignedRoot {
  Root root;
  std::string digest;                      // of its manifest, which is what was signed
  std::vector<PublicKey> signers;          // whose signatures over it are right; each once
  std::vector<std::string> problems = {};  // of signatures that count for nothing
};

// How many of these keys signed it.
size_t signatures_by(const SignedRoot& root, const std::vector<PublicKey>& keys);

// What is missing until readers of the root before it (nullptr: it is the first) accept it; "" when nothing
// is.
std::string missing_signatures(const SignedRoot& root, const Root* before);

// Of roots in order of their serials, the newest that follows from the pin. `head`: the serial that is said
// to be in force; whoever says so must be right. corrupt, each in its own words: none is signed by a pinned
// key, too few are, a root does not follow from the one before it, it is another mesh's.
Result<const SignedRoot*> accept(const std::vector<SignedRoot>& roots, const Pin& pin, uint64_t head);

// corrupt: its last day is over.
Result<void> check_not_expired(const Root& root, Day today);

}  // namespace mesh::trust
