#pragma once

#include "core/crypto/ssh_signature.hpp"
#include "core/publish/commit.hpp"
#include "core/publish/stored.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Signatures of what is published: each an artifact of its own whose subject is the manifest that was signed
// and whose one layer is the signature, so that `ssh-keygen -Y verify … < blobs/sha256/HEX` checks it. The
// index lists them without a name.
namespace mesh::publish {

inline constexpr std::string_view kSignatureType = "application/vnd.mesh.signature.v1+json";
inline constexpr std::string_view kSshSignatureType = "application/x-ssh-signature";

// Of an entry: what it signs, so that a reader opens only what it needs. A hint, and never believed.
inline constexpr std::string_view kSubject = "vnd.mesh.subject";

// What a signature is made for; one for a release says nothing about a root.
inline constexpr std::string_view kReleaseNamespace = "mesh-release";
inline constexpr std::string_view kRootNamespace = "mesh-root";

struct Referrer {
  oci::Descriptor entry;                                       // as the index lists it
  std::string manifest;                                        // bytes that `entry` describes
  std::vector<std::pair<oci::Descriptor, std::string>> blobs;  // what it points at
};

// Signs the bytes of a manifest.
Result<Referrer> sign_manifest(const crypto::Signer& signer, std::string_view name_space,
                               std::string_view manifest);

// A signature in the store, or why it is none.
struct FoundSignature {
  std::optional<crypto::SshSignature> signature;
  std::string problem;
};

// Those that the index lists for a manifest. corrupt when there are more than anybody needs.
Result<std::vector<FoundSignature>> signatures_of(store::Store& store, const Identity& identity,
                                                  const oci::Index& index, std::string_view digest);

// Whether the key has signed the manifest, by a signature that is right.
Result<bool> has_signed(store::Store& store, const Identity& identity, const oci::Index& index,
                        const crypto::PublicKey& key, std::string_view name_space, std::string_view manifest);

// What a swap that lists it has to put; the referrer must outlive them.
void add_blobs(std::vector<Blob>& blobs, const Referrer& referrer);
void list_referrer(oci::Index& index, const Referrer& referrer);

// Takes the signatures of a manifest off the index.
void drop_signatures(oci::Index& index, std::string_view digest);

}  // namespace mesh::publish
