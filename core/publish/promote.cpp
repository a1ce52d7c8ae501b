#include "core/publish/promote.hpp"

#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/publish/commit.hpp"
#include "core/publish/document.hpp"
#include "core/publish/lifecycle.hpp"
#include "core/publish/publish.hpp"
#include "core/publish/reach.hpp"
#include "core/publish/signatures.hpp"
#include "core/trust/pins.hpp"

#include <algorithm>
#include <set>

namespace mesh::publish {
namespace {

// What goes to the other store.
struct Cargo {
  oci::Descriptor entry;  // as it is to be listed there
  oci::Manifest manifest;
  std::string id;
  std::vector<oci::Descriptor> referrers;
  std::vector<Blob> blobs;
};

// What this manifest says it is about, or "".
Result<std::string> subject_of(store::Store& store, const Identity& identity, const oci::Descriptor& entry) {
  if (!leads_on(entry.media_type)) return std::string();
  const auto bytes = read_blob(store, identity, entry, oci::kMaxManifest);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto document = oci::read_json(*bytes);
  const oci::Json* const subject = document ? document->find("subject") : nullptr;
  const std::string* const digest = subject ? subject->string_at("digest") : nullptr;
  return digest ? *digest : std::string();
}

// Entries about the release, and about those entries (a signature of a provenance), in their order.
Result<std::vector<oci::Descriptor>> referrers_of(store::Store& store, const Identity& identity,
                                                  const oci::Index& index, const std::string& digest) {
  std::vector<std::pair<const oci::Descriptor*, std::string>> candidates;
  for (const oci::Descriptor& entry : index.manifests) {
    if (!tag_of(entry).empty()) continue;
    auto subject = subject_of(store, identity, entry);
    if (!subject) return pass(std::move(subject));
    if (!subject->empty()) candidates.emplace_back(&entry, std::move(*subject));
  }
  std::set<std::string> taken{digest};
  for (size_t before = 0; before != taken.size();) {
    before = taken.size();
    for (const auto& [entry, subject] : candidates)
      if (taken.contains(subject)) taken.insert(entry->digest);
  }
  std::vector<oci::Descriptor> referrers;
  for (const auto& [entry, subject] : candidates)
    if (taken.contains(entry->digest)) referrers.push_back(*entry);
  return referrers;
}

// Files first, then what leads to them, the release itself last.
std::vector<Blob> blobs_of(store::Store& store, const Identity& identity, const Reach& reach,
                           const std::string& release) {
  std::vector<const oci::Descriptor*> ordered;
  for (const auto& [digest, descriptor] : reach.blobs) ordered.push_back(&descriptor);
  const auto rank = [&](const oci::Descriptor* descriptor) {
    return descriptor->digest == release ? 2 : leads_on(descriptor->media_type) ? 1 : 0;
  };
  std::ranges::stable_sort(ordered, {}, rank);
  std::vector<Blob> blobs;
  for (const oci::Descriptor* descriptor : ordered)
    blobs.push_back({*descriptor, [&store, &identity, descriptor = *descriptor] {
                       return read_blob(store, identity, descriptor, kMaxFile);
                     }});
  return blobs;
}

Result<oci::Descriptor> release_in(const oci::Index& index, const Wanted& wanted, bool allow_snapshot) {
  auto entry = choose(index, wanted);
  if (!entry) return entry;
  const std::string name = "`" + wanted.identity.prefix() + "` " + version_of(*entry);
  if (tag_of(*entry) == model::kSnapshotTag && !allow_snapshot)
    return fail(Fault::usage, name + " may be replaced at any time, so it is not promoted",
                "promote a version; or allow it with `--allow-snapshot`");
  if (is_yanked(*entry)) return fail(Fault::conflict, name + " is yanked, so it is not promoted");
  if (const auto retired = retirement_of(index))
    return fail(Fault::conflict, name + " is not promoted: " + refusal_of(*retired));
  return entry;
}

Result<Cargo> load(store::Store& store, const Wanted& wanted, bool allow_snapshot,
                   const CheckRelease& check) {
  const Identity& identity = wanted.identity;
  const auto stored = read_stored(store, identity);
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored) return no_such_product(store, identity);
  const oci::Index& index = (*stored)->index;
  auto entry = release_in(index, wanted, allow_snapshot);
  if (!entry) return pass(std::move(entry));
  if (check)
    if (auto good = check(index, *entry); !good) return pass(std::move(good));
  auto manifest = read_release(store, identity, *entry);
  if (!manifest) return pass(std::move(manifest));
  auto referrers = referrers_of(store, identity, index, entry->digest);
  if (!referrers) return pass(std::move(referrers));
  const auto reach = reach_of(store, identity, index, [&](const oci::Descriptor& one) {
    return one == *entry || std::ranges::find(*referrers, one) != referrers->end();
  });
  if (!reach) return tl::unexpected(reach.error());
  if (!reach->problems.empty()) return fail(Fault::corrupt, reach->problems.front());

  Cargo cargo;
  cargo.blobs = blobs_of(store, identity, *reach, entry->digest);
  // The document is what was published; the index is only said to be about it.
  const auto document = read_document(store, identity, *manifest);
  cargo.id = document && !document->id.empty() ? document->id : index.id;
  cargo.manifest = std::move(*manifest);
  cargo.referrers = std::move(*referrers);
  cargo.entry = std::move(*entry);
  for (const std::string_view name : {oci::kStatusBefore, oci::kReason, oci::kReplacement})
    cargo.entry.annotations.erase(std::string(name));
  return cargo;
}

Receipt receipt_of(const Identity& identity, const Cargo& cargo, Action action, std::string reason = {},
                   std::optional<Fault> fault = {}) {
  return {identity, version_of(cargo.entry), cargo.entry.digest, action, std::move(reason), fault, {}};
}

// What has to be done with the release itself, given what is there.
Receipt decide(store::Store& to, const Identity& identity, const Cargo& cargo, const oci::Index& index) {
  const auto refused = [&](std::string reason) {
    return receipt_of(identity, cargo, Action::refused, std::move(reason), Fault::conflict);
  };
  if (!index.id.empty() && index.id != cargo.id)
    return refused("it was first published there with the id `" + printable(index.id) +
                   "`, and this product's id is `" + printable(cargo.id) + "`");
  if (const auto retired = retirement_of(index)) return refused(refusal_of(*retired));
  const oci::Descriptor* const there = index.find(tag_of(cargo.entry));
  if (!there) return receipt_of(identity, cargo, Action::created);
  if (there->digest == cargo.entry.digest)
    return receipt_of(identity, cargo, Action::unchanged,
                      is_yanked(*there) ? "this version is yanked there" : "");
  if (tag_of(cargo.entry) == model::kSnapshotTag) return receipt_of(identity, cargo, Action::updated);
  return refused(difference(to, identity, *there, cargo.manifest));
}

}  // namespace

Result<Receipt> promote(store::Store& from, store::Store& to, const Wanted& wanted, bool allow_snapshot,
                        const Options& options, const CheckRelease& check) {
  if (trust::place_of(from.url()) == trust::place_of(to.url()))
    return fail(Fault::usage, "a release is promoted from one target to another, and both are " + from.url());
  const auto cargo = load(from, wanted, allow_snapshot, check);
  if (!cargo) return tl::unexpected(cargo.error());
  const Identity& identity = wanted.identity;
  Receipt receipt;
  const auto edit = [&](const std::optional<Stored>& before) -> Result<std::optional<oci::Index>> {
    oci::Index index = before ? before->index : oci::Index{};
    receipt = decide(to, identity, *cargo, index);
    if (receipt.action == Action::refused) return std::nullopt;
    const bool is_there = receipt.action == Action::unchanged;
    if (const oci::Descriptor* const old = index.find(tag_of(cargo->entry)); old && !is_there)
      drop_signatures(index, std::string(old->digest));
    if (!is_there) index.put(cargo->entry);
    size_t added = 0;
    for (const oci::Descriptor& referrer : cargo->referrers) {
      if (std::ranges::find(index.manifests, referrer.digest, &oci::Descriptor::digest) !=
          index.manifests.end())
        continue;
      index.manifests.push_back(referrer);
      ++added;
    }
    if (is_there && added == 0) return std::nullopt;
    if (is_there) {
      receipt.action = Action::updated;
      receipt.reason = "the release is there, what refers to it is added: " + count_of(added, "manifest");
    }
    index.id = cargo->id;
    index.head = newest(index);
    return index;
  };
  const auto committed = commit(to, identity, cargo->blobs, edit, options);
  if (!committed) return tl::unexpected(committed.error());
  return receipt;
}

}  // namespace mesh::publish
