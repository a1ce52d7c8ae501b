#include "core/publish/signatures.hpp"

#include "core/base/strings.hpp"
#include "core/oci/artifact.hpp"

#include <algorithm>

namespace mesh::publish {
namespace {

// Of an entry, as kSubject is: who signed.
constexpr std::string_view kSigner = "vnd.mesh.signer";
constexpr size_t kMostOpened = 256;

bool is_signature(const oci::Descriptor& entry) {
  return entry.media_type == oci::kManifestType && oci::artifact_type_of(entry) == kSignatureType;
}

bool may_sign(const oci::Descriptor& entry, std::string_view digest) {
  const std::string_view subject = entry.annotation(kSubject);
  return is_signature(entry) && (subject.empty() || subject == digest);
}

// nullopt: it signs something else.
Result<std::optional<FoundSignature>> open_signature(store::Store& store, const Identity& identity,
                                                     const oci::Descriptor& entry, std::string_view digest) {
  const auto problem = [](const Error& error) -> Result<std::optional<FoundSignature>> {
    if (error.fault != Fault::corrupt) return tl::unexpected(error);
    return FoundSignature{std::nullopt, error.message};
  };
  const auto bytes = read_blob(store, identity, entry, oci::kMaxManifest);
  if (!bytes) return problem(bytes.error());
  const auto artifact = oci::read_artifact(*bytes);
  if (!artifact) return problem(artifact.error());
  if (!artifact->subject || artifact->subject->digest != digest) return std::nullopt;
  if (artifact->type != kSignatureType || artifact->layers.size() != 1)
    return FoundSignature{std::nullopt, "it does not hold one signature"};
  const auto text = read_blob(store, identity, artifact->layers[0], crypto::kMaxSshSignature);
  if (!text) return problem(text.error());
  auto signature = crypto::read_ssh_signature(*text);
  if (!signature) return problem(signature.error());
  return FoundSignature{std::move(*signature), {}};
}

}  // namespace

Result<Referrer> sign_manifest(const crypto::Signer& signer, std::string_view name_space,
                               std::string_view manifest) {
  const auto signature = crypto::make_ssh_signature(signer, name_space, manifest);
  if (!signature) return tl::unexpected(signature.error());
  std::string text = crypto::armored(*signature);
  const oci::Descriptor subject = oci::describe(oci::kManifestType, manifest);
  oci::Descriptor layer = oci::describe(kSshSignatureType, text);
  layer.annotations.emplace(oci::kTitle, "manifest.json.sig");

  Referrer referrer;
  referrer.manifest = oci::artifact_bytes({std::string(kSignatureType), {layer}, subject, {}});
  referrer.entry = oci::describe(oci::kManifestType, referrer.manifest);
  referrer.entry.rest.members.emplace("artifactType", oci::Json::string(kSignatureType));
  referrer.entry.annotations = {{std::string(kSubject), subject.digest},
                                {std::string(kSigner), crypto::fingerprint(signer.key)}};
  referrer.blobs.emplace_back(std::move(layer), std::move(text));
  referrer.blobs.emplace_back(oci::describe(oci::kEmptyType, oci::kEmptyConfig), oci::kEmptyConfig);
  return referrer;
}

Result<std::vector<FoundSignature>> signatures_of(store::Store& store, const Identity& identity,
                                                  const oci::Index& index, std::string_view digest) {
  std::vector<FoundSignature> all;
  size_t opened = 0;
  for (const oci::Descriptor& entry : index.manifests) {
    if (!may_sign(entry, digest)) continue;
    if (++opened > kMostOpened)
      return fail(Fault::corrupt, "the index of `" + identity.prefix() + "` lists more than " +
                                      std::to_string(kMostOpened) + " signatures");
    auto found = open_signature(store, identity, entry, digest);
    if (!found) return pass(std::move(found));
    if (*found) all.push_back(std::move(**found));
  }
  return all;
}

Result<bool> has_signed(store::Store& store, const Identity& identity, const oci::Index& index,
                        const crypto::PublicKey& key, std::string_view name_space,
                        std::string_view manifest) {
  const auto all = signatures_of(store, identity, index, oci::digest_of(manifest));
  if (!all) return tl::unexpected(all.error());
  return std::ranges::any_of(*all, [&](const FoundSignature& found) {
    return found.signature && found.signature->key == key &&
           crypto::check_ssh_signature(*found.signature, name_space, manifest);
  });
}

void add_blobs(std::vector<Blob>& blobs, const Referrer& referrer) {
  for (const auto& [blob, bytes] : referrer.blobs)
    blobs.push_back({blob, [&bytes = bytes]() -> Result<std::string> { return bytes; }});
  blobs.push_back({oci::describe(oci::kManifestType, referrer.manifest),
                   [&referrer]() -> Result<std::string> { return referrer.manifest; }});
}

void list_referrer(oci::Index& index, const Referrer& referrer) {
  if (std::ranges::find(index.manifests, referrer.entry.digest, &oci::Descriptor::digest) ==
      index.manifests.end())
    index.manifests.push_back(referrer.entry);
}

void drop_signatures(oci::Index& index, std::string_view digest) {
  if (digest.empty()) return;
  std::erase_if(index.manifests, [&](const oci::Descriptor& entry) {
    return is_signature(entry) && entry.annotation(kSubject) == digest;
  });
}

}  // namespace mesh::publish
