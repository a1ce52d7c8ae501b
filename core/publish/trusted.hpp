#pragma once

#include "core/base/date.hpp"
#include "core/publish/roots.hpp"
#include "core/publish/verify.hpp"
#include "core/trust/pins.hpp"

#include <optional>
#include <string>
#include <vector>

// Whether a release is signed by somebody who may sign it. For everything that reads releases: verify, pull,
// and what brings them elsewhere.
namespace mesh::publish {

// What a reader brings along.
struct Reader {
  std::vector<trust::Pin> pins;
  std::string pins_path;     // for messages
  std::string state_folder;  // "": nothing can be remembered
  Day today;                 // by the real clock: no variable may make an old root young
};

// Of the user that runs this. usage when what is pinned cannot be read.
Result<Reader> reader_of_environment();

struct Trusted {
  trust::Root root;
  std::string warning;  // "" or why this root could not be remembered
};

// The root that the reader's pins lead to; nullopt when nothing is pinned for this store. corrupt, each in
// its own words: no root is there, it is signed by too few, by none that is pinned, it expired, it is older
// than one that was seen.
Result<std::optional<Trusted>> trusted_root(store::Store& store, const Reader& reader);

// What to do where nothing is pinned and something must be. usage.
Error nothing_pinned(const store::Store& store, const Reader& reader);

// The signer. corrupt, each in its own words: no signature, one over other bytes or for another purpose, one
// of a key that is revoked, of another domain, of nobody; a domain that the root does not name, or not at
// that prefix. That the manifest is that of its domain, product and version is for `read_release` to say.
Result<crypto::PublicKey> check_signed(store::Store& store, const Identity& identity, const oci::Index& index,
                                       const oci::Descriptor& release, const trust::Root& root);

// Adds to the verdicts on a product who signed each release that is whole, or what is wrong with its
// signatures.
Result<void> check_signers(store::Store& store, std::vector<Verdict>& verdicts, const trust::Root& root);

// The same as check_signed, for the manifest of that digest, with the index read again.
Result<crypto::PublicKey> check_signed(store::Store& store, const Identity& identity,
                                       const std::string& version, const std::string& digest,
                                       const trust::Root& root);

}  // namespace mesh::publish
