#include "core/store/oci.hpp"

#include "core/base/parallel.hpp"
#include "core/base/strings.hpp"
#include "core/oci/artifact.hpp"
#include "core/oci/layout.hpp"
#include "core/oci/manifest.hpp"
#include "core/store/oci_registry.hpp"
#include "core/store/oci_state.hpp"

#include <algorithm>
#include <set>

namespace mesh::store {
namespace {

constexpr std::string_view kListingType = "application/vnd.mesh.listing.v1+json";
constexpr std::string_view kEntryType = "application/vnd.mesh.entry.v1+json";
constexpr std::string_view kLatest = "latest", kListing = "listing";
// Many registries do not tell which repositories they have, so the listing's has a tag for each product.
constexpr std::string_view kProductTag = "product.";
constexpr size_t kMostTags = 10'000;
constexpr unsigned kReaders = 8;  // requests under way at one time, as the client has it

// What a key is in a registry.
struct Place {
  enum class Kind : uint8_t { index, layout, blob, listing } kind;
  std::string repository;
  std::string digest = {};  // of a blob
};

class OciStore final : public Store {
 public:
  OciStore(OciAddress address, std::shared_ptr<http::Client> client, std::shared_ptr<RegistryLogins> logins,
           RegistryOptions may)
      : registry_(std::move(address), std::move(client), std::move(logins), may) {}

  std::string url() const override { return registry_.address().url(); }
  std::string_view weakness() const override;
  Result<Object> get(std::string_view key, uint64_t limit) override;
  Result<std::optional<Object>> get_unless(const Token& known, std::string_view key, uint64_t limit) override;
  Result<Created> create(std::string_view key, std::string_view bytes, const Put& put) override;
  Result<Token> swap(std::string_view key, const std::optional<Token>& expected, std::string_view bytes,
                     const Put& put) override;
  Result<std::vector<std::string>> list(std::string_view prefix) override;
  Result<void> remove(std::string_view key) override;
  Result<void> probe(std::string_view key, std::string_view bytes) override;

 private:
  using Doing = OciRegistry::Doing;

  Result<Place> place_of(std::string_view key) const;
  Result<std::vector<std::string>> products(const Doing& doing, std::string_view prefix);

  // The product as it is now: its release tags and what refers to them.
  Result<std::vector<TaggedManifest>> read_state(const Doing& doing, const std::string& repository);
  Result<std::optional<TaggedManifest>> read_tag(const Doing& doing, const std::string& repository,
                                                 const std::string& tag, const std::set<std::string>& all);
  Result<Object> get_index(const Doing& doing, const Place& place, uint64_t limit);
  Result<Object> get_listing(const Doing& doing, const Place& place, uint64_t limit);

  Result<void> enter(const Doing& doing, const std::string& product);
  Result<void> move_tag(const Doing& doing, const std::string& repository, const std::string& tag,
                        const std::optional<std::string>& from, const std::string& to);
  Result<Token> swap_index(const Doing& doing, const Place& place, const std::optional<Token>& expected,
                           std::string_view bytes);
  Result<Token> swap_listing(const Doing& doing, const Place& place, const std::optional<Token>& expected,
                             std::string_view bytes);

  OciRegistry registry_;
};

// ---- places
// ------------------------------------------------------------------------------------------------

std::string_view OciStore::weakness() const {
  return "a registry has no conditional writes: of two who change the same version at the same moment the "
         "later one wins, and the earlier may not be told; change a product from one place";
}

Result<Place> OciStore::place_of(std::string_view key) const {
  if (auto good = check_key(key); !good) return pass(std::move(good));
  const auto parts = split(key, '/');
  const std::string& root = registry_.address().root;
  const auto below = [&](size_t count) {
    std::string name = root;
    for (size_t i = 0; i < count; ++i) name += "/" + std::string(parts[i]);
    return name;
  };
  std::optional<Place> place;
  if (parts.size() == 2 && parts[1] == "listing.json")
    place = Place{Place::Kind::listing, below(1) + "/" + std::string(kListing)};
  else if (parts.size() == 3 && parts[1] != kListing && parts[2] == "index.json")
    place = Place{Place::Kind::index, below(2)};
  else if (parts.size() == 3 && parts[1] != kListing && parts[2] == "oci-layout")
    place = Place{Place::Kind::layout, below(2)};
  else if (parts.size() == 5 && parts[1] != kListing && parts[2] == "blobs" && parts[3] == "sha256")
    place = Place{Place::Kind::blob, below(2), "sha256:" + std::string(parts[4])};
  const bool fits = place && (place->digest.empty() || oci::is_digest(place->digest));
  if (fits && is_repository(place->repository)) return std::move(*place);
  return fail(Fault::usage, "`" + printable(key) +
                                "` has no place in a registry, which keeps products and listings of domains");
}

// ---- reading
// ------------------------------------------------------------------------------------------------

// Who reads a key of a blob does not know whether it is a manifest, which registries keep apart.
Result<Object> OciStore::get(std::string_view key, uint64_t limit) {
  const auto place = place_of(key);
  if (!place) return tl::unexpected(place.error());
  const Doing doing{"read", key};
  const auto absent = [&] { return registry_.failure(doing, {Fault::not_found, "it is not there", {}}); };
  switch (place->kind) {
    case Place::Kind::index:
      return get_index(doing, *place, limit);
    case Place::Kind::listing:
      return get_listing(doing, *place, limit);
    case Place::Kind::layout: {
      // It says nothing that a registry does not say by being one.
      const auto tags = registry_.tags(doing, place->repository);
      if (!tags) return tl::unexpected(tags.error());
      if (std::ranges::none_of(*tags, is_release_tag)) return absent();
      return Object{std::string(oci::kLayoutBytes), oci::digest_of(oci::kLayoutBytes)};
    }
    case Place::Kind::blob:
      break;
  }
  for (const bool as_manifest :
       {registry_.is_known_manifest(place->digest), !registry_.is_known_manifest(place->digest)}) {
    std::optional<std::string> bytes;
    if (as_manifest) {
      auto manifest = registry_.read_manifest(doing, place->repository, place->digest, limit);
      if (!manifest) return pass(std::move(manifest));
      if (*manifest) bytes = std::move((*manifest)->bytes);
    } else {
      auto blob = registry_.read_blob(doing, place->repository, place->digest, limit);
      if (!blob) return pass(std::move(blob));
      bytes = std::move(*blob);
    }
    if (bytes) return Object{std::move(*bytes), place->digest};
  }
  return absent();
}

Result<std::optional<Object>> OciStore::get_unless(const Token& known, std::string_view key, uint64_t limit) {
  const auto place = place_of(key);
  if (!place) return tl::unexpected(place.error());
  if (place->kind == Place::Kind::listing) {
    const auto there = registry_.look_at({"read", key}, place->repository, std::string(kLatest));
    if (!there) return tl::unexpected(there.error());
    if (*there && (*there)->digest == known) return std::nullopt;
  }
  return Store::get_unless(known, key, limit);
}

Result<Object> OciStore::get_index(const Doing& doing, const Place& place, uint64_t limit) {
  const auto state = read_state(doing, place.repository);
  if (!state) return tl::unexpected(state.error());
  if (state->empty()) return registry_.failure(doing, Error{Fault::not_found, "it is not there", {}});
  const oci::Index index = index_of(*state);
  std::string bytes = oci::index_bytes(index);
  if (bytes.size() > limit)
    return registry_.failure(
        doing, Error{Fault::corrupt, "it is larger than " + std::to_string(limit) + " bytes", {}});
  return Object{std::move(bytes), token_of(index)};
}

Result<Object> OciStore::get_listing(const Doing& doing, const Place& place, uint64_t limit) {
  const auto manifest =
      registry_.read_manifest(doing, place.repository, std::string(kLatest), oci::kMaxManifest);
  if (!manifest) return tl::unexpected(manifest.error());
  if (!*manifest) return registry_.failure(doing, Error{Fault::not_found, "it is not there", {}});
  const auto artifact = oci::read_artifact((*manifest)->bytes);
  if (!artifact) return registry_.failure(doing, artifact.error());
  if (artifact->type != kListingType || artifact->layers.size() != 1 ||
      !oci::is_digest(artifact->layers[0].digest))
    return registry_.failure(doing, Error{Fault::corrupt, "what is there is no listing", {}});
  const oci::Descriptor& layer = artifact->layers[0];
  auto bytes = registry_.read_blob(doing, place.repository, layer.digest, limit);
  if (!bytes) return pass(std::move(bytes));
  if (!*bytes || oci::digest_of(**bytes) != layer.digest)
    return registry_.failure(
        doing, Error{Fault::corrupt, "its bytes are missing or others than its digest says", {}});
  return Object{std::move(**bytes), (*manifest)->descriptor.digest};
}

// What starts with `prefix`, which has no more than the names of a domain and a product in it:
// "sales/orders", and "sales/listing" for a domain's listing.
Result<std::vector<std::string>> OciStore::products(const Doing& doing, std::string_view prefix) {
  const std::string below = registry_.address().root + "/";
  std::vector<std::string> found;
  auto all = registry_.repositories(doing);
  if (all) {
    for (const std::string& name : *all)
      if (name.starts_with(below)) found.push_back(name.substr(below.size()));
    return found;
  }
  if (all.error().fault != Fault::refused) return all;
  // Few registries tell that to everybody. Of one domain the tags of its listing's repository do.
  const std::string_view domain = prefix.substr(0, prefix.find('/'));
  const std::string listing = std::string(domain) + "/" + std::string(kListing);
  if (!prefix.ends_with('/') || !is_repository(domain)) {
    Error error = std::move(all).error();
    error.message += "; this registry does not tell which repositories it has";
    error.help =
        "commands with the name of a product need no list, nor does `mesh index` with that of a domain";
    return tl::unexpected(std::move(error));
  }
  const auto tags = registry_.tags(doing, below + listing);
  if (!tags) return tags;
  for (const std::string& tag : *tags)
    if (tag.starts_with(kProductTag))
      found.push_back(std::string(domain) + "/" + tag.substr(kProductTag.size()));
  found.push_back(listing);
  return found;
}

Result<std::vector<std::string>> OciStore::list(std::string_view prefix) {
  if (auto good = check_prefix(prefix); !good) return pass(std::move(good));
  const Doing doing{"list", prefix};
  const auto parts = split(prefix, '/');
  if (parts.size() > 3 && parts[2] == "blobs")
    return registry_.failure(doing,
                             Error{Fault::usage, "a registry does not tell which blobs it has",
                                   "it collects its garbage by itself; blobs that it has are not sent again, "
                                   "with or without --resume"});
  std::vector<std::string> found;
  if (parts.size() < 3) {
    auto known = products(doing, prefix);
    if (!known) return known;
    found = std::move(*known);
  } else {
    const std::string product = std::string(parts[0]) + "/" + std::string(parts[1]);
    const std::string repository = registry_.address().root + "/" + product;
    if (!is_repository(repository)) return found;
    const auto tags = registry_.tags(doing, repository);
    if (!tags) return tags;
    if (std::ranges::any_of(*tags, is_release_tag)) found.push_back(product);
  }
  std::vector<std::string> keys;
  for (const std::string& name : found) {
    const auto own = split(name, '/');
    if (own.size() != 2 || !is_repository(name)) continue;
    if (own[1] != kListing) {
      for (const char* key : {"/index.json", "/oci-layout"}) keys.push_back(name + key);
      continue;
    }
    // The repository may be there for its list of products alone.
    const std::string key = std::string(own[0]) + "/listing.json";
    if (!key.starts_with(prefix)) continue;
    const auto latest = registry_.look_at(doing, registry_.address().root + "/" + name, std::string(kLatest));
    if (!latest) return tl::unexpected(latest.error());
    if (*latest) keys.push_back(key);
  }
  std::erase_if(keys, [&](const std::string& key) { return !key.starts_with(prefix); });
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

// ---- the state of a product
// ------------------------------------------------------------------------------------------------

Result<std::vector<TaggedManifest>> OciStore::read_state(const Doing& doing, const std::string& repository) {
  auto tags = registry_.tags(doing, repository);
  if (!tags) return pass(std::move(tags));
  const std::set<std::string> all(tags->begin(), tags->end());
  std::erase_if(*tags, [](const std::string& tag) { return !is_release_tag(tag); });
  if (tags->size() > kMostTags)
    return registry_.failure(doing, Error{Fault::corrupt, "it has too many tags", {}});
  std::vector<Result<std::optional<TaggedManifest>>> read(tags->size());
  for_each_index(tags->size(), kReaders,
                 [&](size_t i) { read[i] = read_tag(doing, repository, (*tags)[i], all); });
  std::vector<TaggedManifest> state;
  for (auto& one : read) {
    if (!one) return pass(std::move(one));
    if (*one) state.push_back(std::move(**one));
  }
  return state;
}

// Nothing for a tag that was removed meanwhile.
Result<std::optional<TaggedManifest>> OciStore::read_tag(const Doing& doing, const std::string& repository,
                                                         const std::string& tag,
                                                         const std::set<std::string>& all) {
  const auto manifest = registry_.look_at(doing, repository, tag);
  if (!manifest) return tl::unexpected(manifest.error());
  if (!*manifest) return std::nullopt;
  TaggedManifest tagged{tag, std::move(**manifest), {}, {}};
  auto referrers = registry_.referrers_of(doing, repository, tagged.manifest.digest, all);
  if (!referrers) return pass(std::move(referrers));
  for (oci::Descriptor& referrer : *referrers)
    (is_record(referrer) ? tagged.records : tagged.referrers).push_back(std::move(referrer));
  return tagged;
}

// ---- writing
// ------------------------------------------------------------------------------------------------

// In the list of its domain. One that may not be written to is missing for readers of all of a domain, and
// the listing itself, which is beside it, is said not to be written.
Result<void> OciStore::enter(const Doing& doing, const std::string& product) {
  const size_t slash = product.rfind('/');
  const std::string listing = product.substr(0, slash + 1) + std::string(kListing);
  const std::string manifest = oci::artifact_bytes(
      {std::string(kEntryType), {oci::describe(oci::kEmptyType, oci::kEmptyConfig)}, std::nullopt, {}});
  auto put = registry_.put_missing(doing, listing, oci::digest_of(oci::kEmptyConfig), oci::kEmptyConfig);
  if (put)
    if (auto done =
            registry_.put_manifest(doing, listing, std::string(kProductTag) + product.substr(slash + 1),
                                   oci::kManifestType, manifest);
        !done)
      put = pass(std::move(done));
  return put || put.error().fault == Fault::refused ? Result<void>() : put;
}

Result<Created> OciStore::create(std::string_view key, std::string_view bytes, const Put& put) {
  const auto place = place_of(key);
  if (!place) return tl::unexpected(place.error());
  const Doing doing{"write", key};
  if (place->kind == Place::Kind::layout) return Created::already_there;
  if (place->kind != Place::Kind::blob)
    return registry_.failure(doing, Error{Fault::usage, "on a registry it is not created but changed", {}});
  if (oci::digest_of(bytes) != place->digest)
    return registry_.failure(doing,
                             Error{Fault::usage, "a registry keeps bytes under their own digest only", {}});
  if (is_manifest_type(put.content_type)) {
    if (const auto artifact = oci::read_artifact(bytes); artifact && artifact->subject) {
      // Sent again when it is there, as it may not be listed yet.
      if (auto done = registry_.put_artifact(doing, place->repository, bytes); !done)
        return pass(std::move(done));
      return Created::now;
    }
    const auto there = registry_.look_at(doing, place->repository, place->digest);
    if (!there) return tl::unexpected(there.error());
    if (*there) return Created::already_there;
    auto done = registry_.put_manifest(doing, place->repository, place->digest, put.content_type, bytes);
    if (!done) return pass(std::move(done));
    return Created::now;
  }
  const auto there = registry_.has_blob(doing, place->repository, place->digest, bytes.size());
  if (!there) return tl::unexpected(there.error());
  if (*there) return Created::already_there;
  if (auto done = registry_.put_blob(doing, place->repository, place->digest, bytes); !done)
    return pass(std::move(done));
  return Created::now;
}

Result<Token> OciStore::swap(std::string_view key, const std::optional<Token>& expected,
                             std::string_view bytes, const Put&) {
  const auto place = place_of(key);
  if (!place) return tl::unexpected(place.error());
  const Doing doing{"write", key};
  if (place->kind == Place::Kind::index) return swap_index(doing, *place, expected, bytes);
  if (place->kind == Place::Kind::listing) return swap_listing(doing, *place, expected, bytes);
  return registry_.failure(doing, Error{Fault::usage, "on a registry it does not change", {}});
}

tl::unexpected<Error> lost(std::string_view key, std::string_view why) {
  return fail(Fault::conflict, "`" + printable(key) + "` " + std::string(why));
}

// The tag is what readers see, so a manifest gets its tag last.
Result<void> OciStore::move_tag(const Doing& doing, const std::string& repository, const std::string& tag,
                                const std::optional<std::string>& from, const std::string& to) {
  const auto manifest = registry_.read_manifest(doing, repository, to, oci::kMaxManifest);
  if (!manifest) return tl::unexpected(manifest.error());
  if (!*manifest) return registry_.failure(doing, Error{Fault::corrupt, "`" + to + "` is not there", {}});
  const auto now = registry_.look_at(doing, repository, tag);
  if (!now) return tl::unexpected(now.error());
  const std::optional<std::string> digest = *now ? std::optional((*now)->digest) : std::nullopt;
  if (digest == to) return {};
  if (digest != from) return lost(doing.object, "was changed by somebody else: the tag `" + tag + "`");
  auto put =
      registry_.put_manifest(doing, repository, tag, (*manifest)->descriptor.media_type, (*manifest)->bytes);
  if (put || put.error().fault != Fault::refused) return put ? Result<void>() : pass(std::move(put));
  // Registries with tags that do not change say so in many ways.
  const auto after = registry_.look_at(doing, repository, tag);
  if (after && *after && (*after)->digest != digest)
    return lost(doing.object, "was changed by somebody else: the tag `" + tag + "`");
  return pass(std::move(put));
}

Result<Token> OciStore::swap_index(const Doing& doing, const Place& place,
                                   const std::optional<Token>& expected, std::string_view bytes) {
  const auto wanted = oci::read_index(bytes);
  if (!wanted) return registry_.failure(doing, wanted.error());
  const auto state = read_state(doing, place.repository);
  if (!state) return tl::unexpected(state.error());
  const oci::Index now = index_of(*state);
  if (!expected && !state->empty()) return lost(doing.object, "is there already");
  if (expected && state->empty()) return lost(doing.object, "is gone");
  if (expected && *expected != token_of(now)) return lost(doing.object, "was changed by somebody else");

  const auto records = records_for(now, *wanted);
  if (!records) return registry_.failure(doing, records.error());
  if (state->empty())
    if (auto entered = enter(doing, place.repository); !entered) return pass(std::move(entered));
  const std::string empty = oci::digest_of(oci::kEmptyConfig);
  if (auto put = registry_.put_missing(doing, place.repository, empty, oci::kEmptyConfig); !put)
    return pass(std::move(put));
  for (const Record& record : *records)
    if (auto put = registry_.put_artifact(doing, place.repository, record.manifest); !put)
      return pass(std::move(put));
  // Bytes that are wrong from here on are no word on what was written.
  const auto unknown = [](Error error) {
    if (error.fault == Fault::corrupt) error.fault = Fault::temporary;
    return tl::unexpected(std::move(error));
  };
  for (const Record& record : *records) {
    if (!record.moves_tag) continue;
    const std::string tag(record.entry->annotation(oci::kRefName));
    const oci::Descriptor* const before = now.find(tag);
    auto moved = move_tag(doing, place.repository, tag, before ? std::optional(before->digest) : std::nullopt,
                          record.entry->digest);
    if (!moved) return unknown(moved.error());
  }
  if (const oci::Descriptor* const head = wanted->head.empty() ? nullptr : wanted->find(wanted->head)) {
    const auto latest = registry_.look_at(doing, place.repository, std::string(kLatest));
    if (!latest) return unknown(latest.error());
    auto moved = move_tag(doing, place.repository, std::string(kLatest),
                          *latest ? std::optional((*latest)->digest) : std::nullopt, head->digest);
    // Advice for other tools; where tags do not change it stays as it is.
    if (!moved && moved.error().fault != Fault::refused && moved.error().fault != Fault::conflict)
      return unknown(moved.error());
  }
  const auto after = read_state(doing, place.repository);
  if (!after) return unknown(after.error());
  const oci::Index written = index_of(*after);
  if (!has_taken(written, *wanted, *records))
    return lost(doing.object, "was changed by somebody else at the same moment");
  return token_of(written);
}

Result<Token> OciStore::swap_listing(const Doing& doing, const Place& place,
                                     const std::optional<Token>& expected, std::string_view bytes) {
  oci::Descriptor layer = oci::describe("application/json", bytes);
  layer.annotations.emplace(oci::kTitle, "listing.json");
  const std::string manifest = oci::artifact_bytes({std::string(kListingType), {layer}, std::nullopt, {}});
  const oci::Descriptor config = oci::describe(oci::kEmptyType, oci::kEmptyConfig);
  for (const auto& [digest, blob] :
       {std::pair{layer.digest, bytes}, std::pair{config.digest, oci::kEmptyConfig}}) {
    if (auto put = registry_.put_missing(doing, place.repository, digest, blob); !put)
      return pass(std::move(put));
  }
  const std::string latest(kLatest), digest = oci::digest_of(manifest);
  const auto now = registry_.look_at(doing, place.repository, latest);
  if (!now) return tl::unexpected(now.error());
  const std::optional<Token> token = *now ? std::optional((*now)->digest) : std::nullopt;
  if (token != expected) return lost(doing.object, "was changed by somebody else");
  auto put = registry_.put_manifest(doing, place.repository, latest, oci::kManifestType, manifest);
  if (!put) return pass(std::move(put));
  const auto after = registry_.look_at(doing, place.repository, latest);
  if (!after) return tl::unexpected(after.error());
  if (!*after || (*after)->digest != digest)
    return lost(doing.object, "was changed by somebody else at the same moment");
  return digest;
}

Result<void> OciStore::remove(std::string_view key) {
  if (auto place = place_of(key); !place) return pass(std::move(place));
  return registry_.failure({"remove", key},
                           Error{Fault::usage, "nothing is removed from a registry by publishers",
                                 "registries collect what nothing leads to by themselves"});
}

// There is no condition to be tried out. What can be found out is whether the registry answers as one.
Result<void> OciStore::probe(std::string_view key, std::string_view) {
  const auto place = place_of(key);
  if (!place) return tl::unexpected(place.error());
  const auto tags = registry_.tags({"try out", key}, place->repository);
  return tags ? Result<void>() : tl::unexpected(tags.error());
}

}  // namespace

Result<std::unique_ptr<Store>> oci_store(std::string_view url, std::shared_ptr<http::Client> client,
                                         std::shared_ptr<RegistryLogins> logins, RegistryOptions may) {
  auto address = oci_address(url);
  if (!address) return pass(std::move(address));
  return std::make_unique<OciStore>(std::move(*address), std::move(client), std::move(logins), may);
}

}  // namespace mesh::store
