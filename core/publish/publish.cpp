#include "core/publish/publish.hpp"

#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/publish/commit.hpp"
#include "core/publish/listing.hpp"
#include "core/publish/signatures.hpp"

namespace mesh::publish {
namespace {

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

Receipt exists_differently(store::Store& store, const Release& release, const oci::Index& index,
                           const oci::Descriptor& entry, const Options& options) {
  std::string reason = difference(store, release.identity, entry, release.manifest());
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
  if (const auto retired = retirement_of(index)) {
    if (entry && options.skip_existing)
      return receipt_of(release, Action::unchanged, "the product is retired; skipped");
    return refused(release, Fault::conflict, refusal_of(*retired));
  }
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
        has_signed(store, release.identity, stored->index, signer->key, kReleaseNamespace, release.bytes());
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

// Everything the index will point at, the manifest last.
std::vector<Blob> blobs_of(const Release& release) {
  std::vector<Blob> blobs;
  for (const ReleaseFile& file : release.files)
    blobs.push_back({oci::Descriptor{std::string(file.media_type), file.digest(), file.size, {}},
                     [&release, &file] { return bytes_of(release, file); }});
  blobs.push_back({oci::describe(oci::kEmptyType, oci::kEmptyConfig),
                   []() -> Result<std::string> { return std::string(oci::kEmptyConfig); }});
  blobs.push_back({release.descriptor(), [&release]() -> Result<std::string> { return release.bytes(); }});
  return blobs;
}

oci::Index with_release(oci::Index index, const Release& release, const Options& options) {
  const oci::Descriptor* const there = index.find(release.tag);
  const std::string replaced = there ? there->digest : std::string();
  if (replaced == release.digest) return index;  // it is only signed
  drop_signatures(index, replaced);              // of a snapshot
  oci::Descriptor entry = release.descriptor();
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

}  // namespace

std::string difference(store::Store& store, const Identity& identity, const oci::Descriptor& published,
                       const oci::Manifest& now) {
  const std::string what = "version " + version_of(published) + " exists with other content";
  const auto manifest = read_release(store, identity, published);
  if (!manifest) return what + ", and what is published cannot be read: " + manifest.error().message;
  const auto files = oci::differences(*manifest, now);
  return what + ": " + (files.empty() ? "the files are equal, the manifest differs" : join(files, ", "));
}

std::string free_version(const oci::Index& index, const std::string& taken) {
  auto version = model::parse_version(taken);
  if (!version) return {};
  do version = model::next_patch(*version);
  while (index.find(version->tag()));
  return version->text();
}

std::string refusal_of(const Retirement& retired) {
  std::string text = "the product is retired";
  if (!retired.reason.empty()) text += ": " + printable(retired.reason);
  if (!retired.replacement.empty())
    text += "; `" + printable(retired.replacement) + "` is there in its place";
  return text + "; `mesh retire --undo` takes that back";
}

Receipt plan(store::Store& store, const Release& release, const Options& options) {
  if (release.refused) return refused(release, release.refused->fault, release.refused->reason);
  const auto stored = read_stored(store, release.identity);
  if (!stored) return failed(release, stored.error());
  Receipt receipt = decide(store, release, *stored, options);
  const auto signer = missing_signer(store, release, *stored, options, receipt);
  return signer ? receipt : failed(release, signer.error());
}

Journal journal_of(const store::Store& store, const Release& release, const Options& options) {
  return Journal(options.journals, store.url(), release.identity, release.digest,
                 [&options] { return seconds_since_1970(options.clock); });
}

Receipt apply(store::Store& store, const Release& release, const Options& options) {
  Applied applied = apply_unlisted(store, release, options);
  if (applied.receipt.action != Action::refused) journal_of(store, release, options).remove();
  return std::move(applied.receipt);
}

Applied apply_unlisted(store::Store& store, const Release& release, const Options& options) {
  if (release.refused)
    return Applied{.receipt = refused(release, release.refused->fault, release.refused->reason)};
  Applied applied;
  Receipt& receipt = applied.receipt;
  std::optional<oci::Index> published;
  std::vector<Blob> blobs = blobs_of(release);
  std::optional<Referrer> signature;
  unsigned attempts = 0;
  const auto edit = [&](const std::optional<Stored>& before) -> Result<std::optional<oci::Index>> {
    ++attempts;
    receipt = decide(store, release, before, options);
    applied.rev = before ? before->index.rev : 0;
    const auto signer = missing_signer(store, release, before, options, receipt);
    if (!signer) return tl::unexpected(signer.error());
    if (!writes(receipt)) return std::nullopt;
    if (*signer && !signature) {
      // Blobs are put with the first attempt; this one was not among them.
      if (attempts > 1) return fail(Fault::temporary, "others published it meanwhile; try again");
      auto made = sign_manifest(**signer, kReleaseNamespace, release.bytes());
      if (!made) return pass(std::move(made));
      signature = std::move(*made);
      add_blobs(blobs, *signature);
    }
    oci::Index index = with_release(before ? before->index : oci::Index{}, release, options);
    if (*signer) list_referrer(index, *signature);
    published = index;
    return index;
  };
  const Journal journal = journal_of(store, release, options);
  size_t left_out = 0;
  const auto committed = commit(store, release.identity, blobs, edit, options, &journal, &left_out);
  if (!committed) return Applied{.receipt = failed(release, committed.error())};
  applied.was_cut_off = !*committed && journal.exists();
  if (!*committed) return applied;
  if (left_out > 0)
    receipt.reason = "resumed: " + std::to_string(left_out) + " of " + std::to_string(blobs.size()) +
                     " blobs were there already";
  published->rev = ++applied.rev;
  if (const auto entry = entry_of(store, release.identity, *published, nullptr, &release))
    applied.entry = Packed(oci::write_json(*entry));
  return applied;
}

}  // namespace mesh::publish
