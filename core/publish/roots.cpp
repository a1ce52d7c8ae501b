#include "core/publish/roots.hpp"

#include "core/base/strings.hpp"
#include "core/oci/artifact.hpp"
#include "core/oci/layout.hpp"
#include "core/publish/signatures.hpp"

#include <algorithm>
#include <charconv>
#include <functional>

namespace mesh::publish {
namespace {

constexpr std::string_view kRootFile = "root.json";
constexpr size_t kMostRoots = 10'000;

// The serial of a tag such as "12"; 0 when it is none.
uint64_t serial_of(std::string_view tag) {
  uint64_t serial = 0;
  const auto [stop, fault] = std::from_chars(tag.data(), tag.data() + tag.size(), serial);
  const bool is_number =
      fault == std::errc{} && stop == tag.data() + tag.size() && tag != "" && tag[0] != '0';
  return is_number && serial <= 1'000'000 ? serial : 0;
}

std::string manifest_of(std::string_view root) {
  oci::Descriptor layer = oci::describe(kRootType, root);
  layer.annotations.emplace(oci::kTitle, kRootFile);
  return oci::artifact_bytes({std::string(kRootType), {layer}, std::nullopt, {}});
}

Result<trust::SignedRoot> read_signed_root(store::Store& store, const oci::Index& index,
                                           const oci::Descriptor& entry) {
  const auto manifest = read_blob(store, root_place(), entry, oci::kMaxManifest);
  if (!manifest) return tl::unexpected(manifest.error());
  const auto artifact = oci::read_artifact(*manifest);
  if (!artifact) return tl::unexpected(artifact.error());
  if (artifact->type != kRootType || artifact->layers.size() != 1)
    return fail(Fault::corrupt, "it does not hold one root");
  const auto bytes = read_blob(store, root_place(), artifact->layers[0], trust::kMaxRoot);
  if (!bytes) return tl::unexpected(bytes.error());
  auto root = trust::read_root(*bytes);
  if (!root) return pass(std::move(root));
  if (root->serial != serial_of(tag_of(entry)))
    return fail(Fault::corrupt, "its serial is " + std::to_string(root->serial));
  trust::SignedRoot signed_root{std::move(*root), entry.digest, {}};
  const auto signatures = signatures_of(store, root_place(), index, entry.digest);
  if (!signatures) return tl::unexpected(signatures.error());
  for (const FoundSignature& found : *signatures) {
    const Result<void> right = found.signature
                                   ? crypto::check_ssh_signature(*found.signature, kRootNamespace, *manifest)
                                   : fail(Fault::corrupt, found.problem);
    if (!right)
      signed_root.problems.push_back(right.error().message);
    else if (std::ranges::find(signed_root.signers, found.signature->key) == signed_root.signers.end())
      signed_root.signers.push_back(found.signature->key);
  }
  return signed_root;
}

Result<PublishedRoots> roots_in(store::Store& store, const oci::Index& index) {
  PublishedRoots published;
  published.head = serial_of(index.head);
  for (const oci::Descriptor& entry : index.manifests) {
    if (serial_of(tag_of(entry)) == 0 || entry.media_type != oci::kManifestType) continue;
    if (published.roots.size() == kMostRoots) return fail(Fault::corrupt, "it lists too many roots");
    auto root = read_signed_root(store, index, entry);
    if (!root)
      return std::move(root).error().in("root " + std::string(tag_of(entry)) + " at `" +
                                        root_place().prefix() + "`");
    published.roots.push_back(std::move(*root));
  }
  std::ranges::sort(published.roots, {}, [](const trust::SignedRoot& root) { return root.root.serial; });
  return published;
}

// What the index is to say, upon what it says now; nothing when that is right.
using Change = std::function<Result<std::optional<oci::Index>>(const oci::Index&, const PublishedRoots&)>;

Result<void> change_index(store::Store& store, const std::vector<Blob>& blobs, const Change& changed,
                          const Options& options) {
  const auto edit = [&](const std::optional<Stored>& stored) -> Result<std::optional<oci::Index>> {
    const oci::Index index = stored ? stored->index : oci::Index{};
    const auto published = roots_in(store, index);
    if (!published) return tl::unexpected(published.error());
    return changed(index, *published);
  };
  if (auto committed = commit(store, root_place(), blobs, edit, options); !committed)
    return pass(std::move(committed));
  return {};
}

const trust::Root* before(const PublishedRoots& published, uint64_t serial) {
  const trust::SignedRoot* const root = published.with_serial(serial - 1);
  return root ? &root->root : nullptr;
}

// What is missing once this key has signed too.
std::string still_missing(trust::SignedRoot root, const std::optional<crypto::Signer>& signer,
                          const PublishedRoots& published) {
  if (signer && std::ranges::find(root.signers, signer->key) == root.signers.end())
    root.signers.push_back(signer->key);
  return trust::missing_signatures(root, before(published, root.root.serial));
}

bool may_sign(const crypto::PublicKey& key, const trust::Root& root, const trust::Root* before) {
  const auto has = [&](const trust::Root& of) { return std::ranges::find(of.keys, key) != of.keys.end(); };
  return has(root) || (before && has(*before));
}

Result<void> check_signer(const crypto::Signer& signer, const trust::Root& root, const trust::Root* before) {
  if (may_sign(signer.key, root, before)) return {};
  return fail(Fault::usage,
              crypto::fingerprint(signer.key) + " is none of the keys of root " +
                  std::to_string(root.serial) + (before ? ", nor of the one before it" : ""),
              "its keys stand under `root` in mesh.yaml; `mesh trust show` lists them");
}

oci::Descriptor entry_of(std::string_view manifest, const std::string& tag, const Options& options) {
  oci::Descriptor entry = oci::describe(oci::kManifestType, manifest);
  entry.rest.members.emplace("artifactType", oci::Json::string(kRootType));
  entry.annotations = {{std::string(oci::kRefName), tag}, {std::string(oci::kCreated), options.created}};
  return entry;
}

}  // namespace

const Identity& root_place() {
  static const Identity kPlace{"mesh", "root"};
  return kPlace;
}

const trust::SignedRoot* PublishedRoots::with_serial(uint64_t serial) const {
  const auto found =
      std::ranges::find(roots, serial, [](const trust::SignedRoot& root) { return root.root.serial; });
  return found == roots.end() ? nullptr : &*found;
}

const trust::SignedRoot* PublishedRoots::pending() const {
  return !roots.empty() && roots.back().root.serial > head ? &roots.back() : nullptr;
}

Result<PublishedRoots> read_roots(store::Store& store) {
  const auto stored = read_stored(store, root_place());
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored) return PublishedRoots{};
  return roots_in(store, (*stored)->index);
}

Result<RootChange> publish_root(store::Store& store, const trust::Root& root,
                                const std::optional<crypto::Signer>& signer, const Options& options) {
  if (auto good = trust::check_root(root); !good) return pass(std::move(good));
  const std::string bytes = trust::root_bytes(root), manifest = manifest_of(bytes), empty(oci::kEmptyConfig);
  RootChange change{root, oci::digest_of(manifest), {}, true};
  std::optional<Referrer> signature;
  if (signer) {
    auto made = sign_manifest(*signer, kRootNamespace, manifest);
    if (!made) return pass(std::move(made));
    signature = std::move(*made);
  }
  const std::string tag = std::to_string(root.serial);
  std::vector<Blob> blobs;
  for (const auto& [type, blob] : {std::pair<std::string_view, const std::string&>{kRootType, bytes},
                                   {oci::kEmptyType, empty},
                                   {oci::kManifestType, manifest}})
    blobs.push_back({oci::describe(type, blob), [&blob = blob]() -> Result<std::string> { return blob; }});
  if (signature) add_blobs(blobs, *signature);
  const Change add = [&](const oci::Index& index,
                         const PublishedRoots& published) -> Result<std::optional<oci::Index>> {
    const trust::SignedRoot* const newest = published.roots.empty() ? nullptr : &published.roots.back();
    if (root.serial != published.head + 1)
      return fail(Fault::conflict,
                  "root " + tag + " cannot be published: " +
                      (published.head == 0 ? std::string("none is in force yet")
                                           : "root " + std::to_string(published.head) + " is in force"));
    if (newest && newest->root.mesh != root.mesh)
      return fail(Fault::conflict,
                  "the root that is published there is of the mesh `" + newest->root.mesh + "`");
    if (signer)
      if (auto good = check_signer(*signer, root, before(published, root.serial)); !good)
        return pass(std::move(good));
    oci::Index next = index;
    trust::SignedRoot now{root, change.digest, {}};
    if (const oci::Descriptor* const old = index.find(tag)) {
      if (old->digest == change.digest)
        now = *published.with_serial(root.serial);
      else
        drop_signatures(next, old->digest);
    }
    next.put(entry_of(manifest, tag, options));
    if (signature) list_referrer(next, *signature);
    change.missing = still_missing(std::move(now), signer, published);
    if (change.missing.empty()) next.head = tag;
    return next;
  };
  if (auto changed = change_index(store, blobs, add, options); !changed) return pass(std::move(changed));
  return change;
}

Result<RootChange> sign_root(store::Store& store, const crypto::Signer& signer, const std::string& digest,
                             const Options& options) {
  RootChange change;
  std::optional<Referrer> signature;
  std::vector<Blob> blobs;
  const Change add = [&](const oci::Index& index,
                         const PublishedRoots& published) -> Result<std::optional<oci::Index>> {
    const trust::SignedRoot* const root =
        published.pending() ? published.pending() : published.with_serial(published.head);
    if (!root)
      return fail(Fault::not_found, "no root is published at " + store.url(),
                  "`mesh trust init` makes the first");
    const std::string& meant = signature ? change.digest : digest;
    if (!meant.empty() && meant != root->digest)
      return fail(Fault::conflict, "root " + std::to_string(root->root.serial) + " is " + root->digest +
                                       ", not " + printable(meant));
    if (auto good = check_signer(signer, root->root, before(published, root->root.serial)); !good)
      return pass(std::move(good));
    change = {root->root, root->digest, still_missing(*root, signer, published), true};
    if (std::ranges::find(root->signers, signer.key) != root->signers.end() &&
        (!published.pending() || !change.missing.empty())) {
      change.written = false;
      return std::nullopt;
    }
    const std::string tag = std::to_string(root->root.serial);
    if (!signature) {
      const auto manifest = read_blob(store, root_place(), *index.find(tag), oci::kMaxManifest);
      if (!manifest) return tl::unexpected(manifest.error());
      auto made = sign_manifest(signer, kRootNamespace, *manifest);
      if (!made) return pass(std::move(made));
      signature = std::move(*made);
      add_blobs(blobs, *signature);
    }
    oci::Index next = index;
    list_referrer(next, *signature);
    if (change.missing.empty()) next.head = tag;
    return next;
  };
  if (auto changed = change_index(store, blobs, add, options); !changed) return pass(std::move(changed));
  return change;
}

}  // namespace mesh::publish
