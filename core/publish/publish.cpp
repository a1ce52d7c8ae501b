#include "core/publish/publish.hpp"

#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/oci/layout.hpp"
#include "core/publish/signatures.hpp"

#include <algorithm>
#include <random>
#include <thread>

namespace mesh::publish {
namespace {

using namespace std::chrono_literals;

Receipt receipt_of(const Release& release, Action action, std::string reason = {}) {
  return {release.identity, release.version, release.digest, action, std::move(reason), {}, {}};
}

Receipt refused(const Release& release, std::optional<Fault> fault, std::string reason) {
  Receipt receipt = receipt_of(release, Action::refused, std::move(reason));
  receipt.fault = fault;
  return receipt;
}

Receipt failed(const Release& release, const Error& error) {
  return refused(release, error.fault,
                 error.help.empty() ? error.message : error.message + ": " + error.help);
}

// The next version of its line that nobody has published.
std::string free_version(const oci::Index& index, const std::string& taken) {
  auto version = model::parse_version(taken);
  if (!version) return {};
  do version = model::next_patch(*version);
  while (index.find(version->tag()));
  return version->text();
}

Receipt exists_differently(store::Store& store, const Release& release, const oci::Index& index,
                           const oci::Descriptor& entry, const Options& options) {
  std::string reason = "version " + release.version + " exists with other content";
  if (const auto published = read_release(store, release.identity, entry)) {
    const auto files = oci::differences(*published, release.manifest);
    reason += ": " + (files.empty() ? "the files are equal, the manifest differs" : join(files, ", "));
  } else {
    reason += ", and what is published cannot be read: " + published.error().message;
  }
  if (options.skip_existing) return receipt_of(release, Action::unchanged, reason + "; skipped");
  reason += "; the next free version is " + free_version(index, release.version);
  return refused(release, Fault::conflict, reason);
}

// What has to be done, given what is published.
Receipt decide(store::Store& store, const Release& release, const std::optional<Stored>& stored,
               const Options& options) {
  if (!stored) return receipt_of(release, Action::created);
  const oci::Index& index = stored->index;
  if (!index.id.empty() && index.id != release.id)
    return refused(release, Fault::conflict,
                   "`" + release.identity.prefix() + "` was first published with the id `" +
                       printable(index.id) + "`, and this product's id is `" + printable(release.id) + "`");
  const oci::Descriptor* const entry = index.find(release.tag);
  if (!entry) return receipt_of(release, Action::created);
  if (entry->digest == release.digest && is_yanked(*entry))
    return receipt_of(release, Action::unchanged, "this version is yanked");
  if (entry->digest == release.digest) return receipt_of(release, Action::unchanged);
  if (release.is_snapshot()) return receipt_of(release, Action::updated);
  return exists_differently(store, release, index, *entry, options);
}

// The one who is to sign a release that is, or will be, published as it is here, and has not yet; none when
// nobody is. Makes of "nothing to do" an update.
Result<std::optional<crypto::Signer>> missing_signer(store::Store& store, const Release& release,
                                                     const std::optional<Stored>& stored,
                                                     const Options& options, Receipt& receipt) {
  if (!options.signer || receipt.action == Action::refused) return std::nullopt;
  auto signer = options.signer(release.identity);
  if (!signer) return pass(std::move(signer));
  const oci::Descriptor* const entry = stored ? stored->index.find(release.tag) : nullptr;
  const bool is_there = entry && entry->digest == release.digest;
  if (receipt.action == Action::unchanged && !is_there)
    return std::nullopt;  // another one is, and is left alone
  if (stored) {
    const auto done =
        has_signed(store, release.identity, stored->index, signer->key, kReleaseNamespace, release.bytes);
    if (!done) return tl::unexpected(done.error());
    if (*done) return std::nullopt;
  }
  if (receipt.action == Action::unchanged) {
    receipt.action = Action::updated;
    receipt.reason = "a signature of " + crypto::fingerprint(signer->key) + " comes in addition";
  }
  return std::move(*signer);
}

bool writes(const Receipt& receipt) {
  return receipt.action == Action::created || receipt.action == Action::updated;
}

// Everything the index will point at. Nothing of it is seen before the index is swapped.
Result<void> put_contents(store::Store& store, const Release& release) {
  const std::string prefix = release.identity.prefix();
  if (auto probed = store.probe(oci::layout_key(prefix), oci::kLayoutBytes); !probed) return probed;
  for (const ReleaseFile& file : release.files) {
    const auto bytes = bytes_of(release, file);
    if (!bytes) return tl::unexpected(bytes.error());
    if (auto put = put_blob(store, release.identity, oci::describe(file.media_type, *bytes), *bytes); !put)
      return put;
  }
  const oci::Descriptor config = oci::describe(oci::kEmptyType, oci::kEmptyConfig);
  if (auto put = put_blob(store, release.identity, config, oci::kEmptyConfig); !put) return put;
  return put_blob(store, release.identity, oci::describe(oci::kManifestType, release.bytes), release.bytes);
}

oci::Index with_release(oci::Index index, const Release& release, const Options& options) {
  const oci::Descriptor* const there = index.find(release.tag);
  const std::string replaced = there ? there->digest : std::string();
  if (replaced == release.digest) return index;  // it is only signed
  drop_signatures(index, replaced);              // of a snapshot
  oci::Descriptor entry = oci::describe(oci::kManifestType, release.bytes);
  entry.rest.members.emplace("artifactType", oci::Json::string(oci::kProductType));
  entry.annotations = {{std::string(oci::kRefName), release.tag},
                       {std::string(oci::kStatus), release.status},
                       {std::string(oci::kCreated), options.created}};
  if (!options.revision.empty()) entry.annotations.emplace(oci::kRevision, options.revision);
  index.put(std::move(entry));
  index.id = release.id;
  index.head = newest(index);
  return index;
}

// Full jitter: of many losers, few come back at the same time.
std::chrono::milliseconds pause_before(unsigned attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto most = std::min<std::chrono::milliseconds>(5s, 100ms * (1 << std::min(attempt, 6u)));
  return std::chrono::milliseconds(std::uniform_int_distribution<int64_t>(0, most.count())(random));
}

}  // namespace

Clock real_clock() {
  return {[] {
            const auto now = std::chrono::steady_clock::now().time_since_epoch();
            return std::chrono::duration_cast<std::chrono::milliseconds>(now);
          },
          [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }};
}

Receipt plan(store::Store& store, const Release& release, const Options& options) {
  if (release.refused) return refused(release, release.refused->fault, release.refused->reason);
  const auto stored = read_stored(store, release.identity);
  if (!stored) return failed(release, stored.error());
  Receipt receipt = decide(store, release, *stored, options);
  const auto signer = missing_signer(store, release, *stored, options, receipt);
  return signer ? receipt : failed(release, signer.error());
}

Receipt apply(store::Store& store, const Release& release, const Options& options) {
  if (release.refused) return refused(release, release.refused->fault, release.refused->reason);
  const auto deadline = options.clock.now() + options.patience;
  bool contents_are_there = false, signature_is_there = false;
  std::optional<Referrer> signature;
  for (unsigned attempt = 0;; ++attempt) {
    const auto stored = read_stored(store, release.identity);
    if (!stored) return failed(release, stored.error());
    Receipt receipt = decide(store, release, *stored, options);
    const auto signer = missing_signer(store, release, *stored, options, receipt);
    if (!signer) return failed(release, signer.error());
    if (!writes(receipt)) return receipt;
    if (*signer && !signature) {
      auto made = sign_manifest(**signer, kReleaseNamespace, release.bytes);
      if (!made) return failed(release, made.error());
      signature = std::move(*made);
    }
    if (!contents_are_there)
      if (const auto put = put_contents(store, release); !put) return failed(release, put.error());
    contents_are_there = true;
    if (*signer && !signature_is_there)
      if (const auto put = put_referrer(store, release.identity, *signature); !put)
        return failed(release, put.error());
    signature_is_there = signature.has_value();

    const auto& before = *stored;
    oci::Index index = with_release(before ? before->index : oci::Index{}, release, options);
    if (*signer) list_referrer(index, *signature);
    ++index.rev;
    const auto swapped = store.swap(oci::index_key(release.identity.prefix()),
                                    before ? std::optional(before->token) : std::nullopt,
                                    oci::index_bytes(index), {oci::kIndexType, store::Caching::no_store});
    if (swapped) return receipt;
    if (swapped.error().fault != Fault::conflict) return failed(release, swapped.error());
    if (options.is_stopped()) return refused(release, Fault::temporary, "stopped before it was published");
    const auto pause = pause_before(attempt);
    if (options.clock.now() + pause > deadline)
      return refused(release, Fault::temporary,
                     "other publishers changed the index again and again; try again later");
    options.clock.sleep(pause);
  }
}

}  // namespace mesh::publish
