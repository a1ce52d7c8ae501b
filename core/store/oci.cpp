#include "core/store/oci.hpp"

#include "core/base/parallel.hpp"
#include "core/base/strings.hpp"
#include "core/oci/artifact.hpp"
#include "core/oci/layout.hpp"
#include "core/oci/manifest.hpp"
#include "core/store/oci_session.hpp"
#include "core/store/oci_state.hpp"

#include <algorithm>
#include <atomic>
#include <set>

namespace mesh::store {
namespace {

constexpr std::string_view kListingType = "application/vnd.mesh.listing.v1+json";
constexpr std::string_view kEntryType = "application/vnd.mesh.entry.v1+json";
constexpr std::string_view kLatest = "latest", kListing = "listing";
// Many registries do not tell which repositories they have, so the listing's has a tag for each product.
constexpr std::string_view kProductTag = "product.";
constexpr uint64_t kLargestReply = 16 << 20;
constexpr size_t kMostPages = 10'000, kMostNames = 1'000'000, kMostTags = 10'000, kMostReferrers = 10'000;
constexpr unsigned kReaders = 8;  // requests under way at one time, as the client has it
constexpr std::string_view kManifestTypes =
    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
    "application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json";

// What a key is in a registry.
struct Place {
  enum class Kind : uint8_t { index, layout, blob, listing } kind;
  std::string repository;
  std::string digest = {};  // of a blob
};

struct Manifest {
  oci::Descriptor descriptor;
  std::string bytes;
};

bool is_manifest(std::string_view type) { return kManifestTypes.find(type) != type.npos && !type.empty(); }

std::string fallback_tag(std::string_view digest) {
  std::string tag(digest);
  tag[tag.find(':')] = '-';
  return tag;
}

enum class Right : uint8_t { pull, push };

class OciStore final : public Store {
 public:
  OciStore(OciAddress address, std::shared_ptr<http::Client> client, std::shared_ptr<RegistryLogins> logins)
      : session_(std::move(address), std::move(client), std::move(logins)) {}

  std::string url() const override { return session_.address().url(); }
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
  // For messages: what is done with what.
  struct Doing {
    std::string_view verb, object;
  };

  Result<Place> place_of(std::string_view key) const;
  RegistryCall call(std::string method, const std::string& repository, const std::string& rest,
                    Right right = Right::pull) const;
  tl::unexpected<Error> failure(const Doing& doing, Error error) const;
  tl::unexpected<Error> failure(const Doing& doing, const http::Response& response) const;

  // Nothing where there is none.
  Result<std::optional<oci::Descriptor>> look_at(const Doing& doing, const std::string& repository,
                                                 const std::string& reference);
  Result<std::optional<Manifest>> read_manifest(const Doing& doing, const std::string& repository,
                                                const std::string& reference, uint64_t limit);
  Result<std::optional<std::string>> read_blob(const Doing& doing, const Place& place, uint64_t limit);
  Result<std::vector<std::string>> names(const Doing& doing, RegistryCall call, std::string_view member);
  Result<std::vector<std::string>> repositories(const Doing& doing, std::string_view prefix);

  // The product as it is now: its release tags and what refers to them.
  Result<std::vector<TaggedManifest>> read_state(const Doing& doing, const std::string& repository);
  Result<std::optional<TaggedManifest>> read_tag(const Doing& doing, const std::string& repository,
                                                 const std::string& tag);
  Result<std::vector<oci::Descriptor>> referrers_of(const Doing& doing, const std::string& repository,
                                                    const std::string& digest);
  Result<void> fill(const Doing& doing, const std::string& repository, oci::Descriptor& referrer);

  Result<bool> has_blob(const Doing& doing, const std::string& repository, const std::string& digest);
  Result<void> put_blob(const Doing& doing, const std::string& repository, const std::string& digest,
                        std::string_view bytes);
  // Whether the registry lists it as a referrer by itself, if it has a subject.
  Result<bool> put_manifest(const Doing& doing, const std::string& repository, const std::string& reference,
                            std::string_view type, std::string_view bytes);
  Result<void> put_artifact(const Doing& doing, const std::string& repository, std::string_view bytes);
  Result<void> list_by_tag(const Doing& doing, const std::string& repository, const std::string& subject,
                           const oci::Descriptor& referrer);
  Result<void> move_tag(const Doing& doing, const std::string& repository, const std::string& tag,
                        const std::optional<std::string>& from, const std::string& to);

  Result<void> put_missing(const Doing& doing, const std::string& repository, const std::string& digest,
                           std::string_view bytes);
  Result<void> enter(const Doing& doing, const std::string& product);

  Result<Token> swap_index(const Doing& doing, const Place& place, const std::optional<Token>& expected,
                           std::string_view bytes);
  Result<Token> swap_listing(const Doing& doing, const Place& place, const std::optional<Token>& expected,
                             std::string_view bytes);
  Result<Object> get_index(const Doing& doing, const Place& place, uint64_t limit);
  Result<Object> get_listing(const Doing& doing, const Place& place, uint64_t limit);

  void remember_manifest(const std::string& digest);
  bool may_be_manifest(const std::string& digest);

  RegistrySession session_;
  enum class Lists : uint8_t { unknown, yes, no };
  std::atomic<Lists> lists_referrers_{Lists::unknown};
  std::mutex mutex_;
  std::set<std::string> manifests_;  // digests that are no blobs; under mutex_
};

// ---- places and requests
// ------------------------------------------------------------------------------------------------

std::string_view OciStore::weakness() const {
  return "a registry has no conditional writes: of two who change the same version at the same moment the "
         "later "
         "one wins, and the earlier may not be told; change a product from one place";
}

Result<Place> OciStore::place_of(std::string_view key) const {
  if (auto good = check_key(key); !good) return pass(std::move(good));
  const auto parts = split(key, '/');
  const std::string& root = session_.address().root;
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

RegistryCall OciStore::call(std::string method, const std::string& repository, const std::string& rest,
                            Right right) const {
  return {std::move(method), "/v2/" + repository + rest,
          "repository:" + repository + (right == Right::push ? ":pull,push" : ":pull")};
}

tl::unexpected<Error> OciStore::failure(const Doing& doing, Error error) const {
  return std::move(error).in(url() + ": " + std::string(doing.verb) + " " + printable(doing.object));
}

tl::unexpected<Error> OciStore::failure(const Doing& doing, const http::Response& response) const {
  return failure(doing, registry_failure(response, session_.address().host));
}

// ---- reading
// ------------------------------------------------------------------------------------------------

Result<std::optional<oci::Descriptor>> OciStore::look_at(const Doing& doing, const std::string& repository,
                                                         const std::string& reference) {
  RegistryCall head = call("HEAD", repository, "/manifests/" + reference);
  head.headers = {{"accept", std::string(kManifestTypes)}};
  const auto response = session_.send(head);
  if (!response) return failure(doing, response.error());
  if (is_absent(*response)) return std::nullopt;
  if (response->status != 200) return failure(doing, *response);
  if (auto described = described_by(*response)) {
    remember_manifest(described->digest);
    return described;
  }
  auto read = read_manifest(doing, repository, reference, oci::kMaxManifest);
  if (!read) return pass(std::move(read));
  return *read ? std::optional(std::move((*read)->descriptor)) : std::nullopt;
}

Result<std::optional<Manifest>> OciStore::read_manifest(const Doing& doing, const std::string& repository,
                                                        const std::string& reference, uint64_t limit) {
  RegistryCall get = call("GET", repository, "/manifests/" + reference);
  get.headers = {{"accept", std::string(kManifestTypes)}};
  get.most_bytes = limit;
  get.follows = true;
  auto response = session_.send(get);
  if (!response) return failure(doing, std::move(response).error());
  if (is_absent(*response)) return std::nullopt;
  if (response->status != 200) return failure(doing, *response);
  if (response->body.size() > limit)
    return failure(doing, Error{Fault::corrupt, "it is larger than " + std::to_string(limit) + " bytes", {}});
  const std::string_view type = response->header("content-type");
  Manifest manifest{oci::describe(trim(type.substr(0, type.find(';'))), response->body), {}};
  const std::string_view told = response->header("docker-content-digest");
  const bool is_other = (told.starts_with("sha256:") && told != manifest.descriptor.digest) ||
                        (oci::is_digest(reference) && reference != manifest.descriptor.digest);
  if (is_other) return failure(doing, Error{Fault::corrupt, "other bytes arrived than its digest says", {}});
  manifest.bytes = std::move(response->body);
  remember_manifest(manifest.descriptor.digest);
  return manifest;
}

Result<std::optional<std::string>> OciStore::read_blob(const Doing& doing, const Place& place,
                                                       uint64_t limit) {
  RegistryCall get = call("GET", place.repository, "/blobs/" + place.digest);
  get.most_bytes = limit;
  get.follows = true;
  auto response = session_.send(get);
  if (!response) return failure(doing, std::move(response).error());
  if (is_absent(*response)) return std::nullopt;
  if (response->status != 200) return failure(doing, *response);
  if (response->body.size() > limit)
    return failure(doing, Error{Fault::corrupt, "it is larger than " + std::to_string(limit) + " bytes", {}});
  return std::optional(std::move(response->body));
}

// Who reads a key of a blob does not know whether it is a manifest, which registries keep apart.
Result<Object> OciStore::get(std::string_view key, uint64_t limit) {
  const auto place = place_of(key);
  if (!place) return tl::unexpected(place.error());
  const Doing doing{"read", key};
  const auto absent = [&] { return failure(doing, Error{Fault::not_found, "it is not there", {}}); };
  switch (place->kind) {
    case Place::Kind::index:
      return get_index(doing, *place, limit);
    case Place::Kind::listing:
      return get_listing(doing, *place, limit);
    case Place::Kind::layout: {
      // It says nothing that a registry does not say by being one.
      const auto tags = names(doing, call("GET", place->repository, "/tags/list"), "tags");
      if (!tags) return tl::unexpected(tags.error());
      if (std::ranges::none_of(*tags, is_release_tag)) return absent();
      return Object{std::string(oci::kLayoutBytes), oci::digest_of(oci::kLayoutBytes)};
    }
    case Place::Kind::blob:
      break;
  }
  for (const bool as_manifest : {may_be_manifest(place->digest), !may_be_manifest(place->digest)}) {
    std::optional<std::string> bytes;
    if (as_manifest) {
      auto manifest = read_manifest(doing, place->repository, place->digest, limit);
      if (!manifest) return pass(std::move(manifest));
      if (*manifest) bytes = std::move((*manifest)->bytes);
    } else {
      auto blob = read_blob(doing, *place, limit);
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
    const auto there = look_at({"read", key}, place->repository, std::string(kLatest));
    if (!there) return tl::unexpected(there.error());
    if (*there && (*there)->digest == known) return std::nullopt;
  }
  return Store::get_unless(known, key, limit);
}

Result<Object> OciStore::get_index(const Doing& doing, const Place& place, uint64_t limit) {
  const auto state = read_state(doing, place.repository);
  if (!state) return tl::unexpected(state.error());
  if (state->empty()) return failure(doing, Error{Fault::not_found, "it is not there", {}});
  const oci::Index index = index_of(*state);
  std::string bytes = oci::index_bytes(index);
  if (bytes.size() > limit)
    return failure(doing, Error{Fault::corrupt, "it is larger than " + std::to_string(limit) + " bytes", {}});
  return Object{std::move(bytes), token_of(index)};
}

Result<Object> OciStore::get_listing(const Doing& doing, const Place& place, uint64_t limit) {
  const auto manifest = read_manifest(doing, place.repository, std::string(kLatest), oci::kMaxManifest);
  if (!manifest) return tl::unexpected(manifest.error());
  if (!*manifest) return failure(doing, Error{Fault::not_found, "it is not there", {}});
  const auto artifact = oci::read_artifact((*manifest)->bytes);
  if (!artifact) return failure(doing, artifact.error());
  if (artifact->type != kListingType || artifact->layers.size() != 1 ||
      !oci::is_digest(artifact->layers[0].digest))
    return failure(doing, Error{Fault::corrupt, "what is there is no listing", {}});
  const oci::Descriptor& layer = artifact->layers[0];
  auto bytes = read_blob(doing, {Place::Kind::blob, place.repository, layer.digest}, limit);
  if (!bytes) return pass(std::move(bytes));
  if (!*bytes || oci::digest_of(**bytes) != layer.digest)
    return failure(doing, Error{Fault::corrupt, "its bytes are missing or others than its digest says", {}});
  return Object{std::move(**bytes), (*manifest)->descriptor.digest};
}

Result<std::vector<std::string>> OciStore::names(const Doing& doing, RegistryCall asked,
                                                 std::string_view member) {
  std::vector<std::string> all;
  for (size_t page = 0; page < kMostPages; ++page) {
    const auto response = session_.send(asked);
    if (!response) return failure(doing, response.error());
    if (is_absent(*response) && member == "tags") return all;
    if (response->status != 200) return failure(doing, *response);
    auto read = read_names(response->body, member);
    if (!read) return failure(doing, std::move(read).error());
    std::ranges::move(*read, std::back_inserter(all));
    const std::string next = next_page(*response);
    if (all.size() > kMostNames) break;
    if (next.empty()) {
      std::ranges::sort(all);
      all.erase(std::unique(all.begin(), all.end()), all.end());
      return all;
    }
    auto path = session_.own_path(next);
    if (!path) return failure(doing, std::move(path).error());
    if (*path == asked.path) break;
    asked.path = std::move(*path);
  }
  return failure(doing, Error{Fault::corrupt, "the list does not end", {}});
}

// What starts with `prefix`, which has no more than the names of a domain and a product in it:
// "sales/orders", and "sales/listing" for a domain's listing.
Result<std::vector<std::string>> OciStore::repositories(const Doing& doing, std::string_view prefix) {
  const std::string below = session_.address().root + "/";
  std::vector<std::string> found;
  auto all = names(doing, {"GET", "/v2/_catalog?n=1000", "registry:catalog:*"}, "repositories");
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
  const auto tags = names(doing, call("GET", below + listing, "/tags/list"), "tags");
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
    return failure(doing, Error{Fault::usage, "a registry does not tell which blobs it has",
                                "it collects its garbage by itself; blobs that it has are not sent again, "
                                "with or without --resume"});
  std::vector<std::string> found;
  if (parts.size() < 3) {
    auto repositories_there = repositories(doing, prefix);
    if (!repositories_there) return repositories_there;
    found = std::move(*repositories_there);
  } else {
    const std::string product = std::string(parts[0]) + "/" + std::string(parts[1]);
    const std::string repository = session_.address().root + "/" + product;
    if (!is_repository(repository)) return found;
    const auto tags = names(doing, call("GET", repository, "/tags/list"), "tags");
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
    const auto latest = look_at(doing, session_.address().root + "/" + name, std::string(kLatest));
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
  auto tags = names(doing, call("GET", repository, "/tags/list"), "tags");
  if (!tags) return pass(std::move(tags));
  std::erase_if(*tags, [](const std::string& tag) { return !is_release_tag(tag); });
  if (tags->size() > kMostTags) return failure(doing, Error{Fault::corrupt, "it has too many tags", {}});
  std::vector<Result<std::optional<TaggedManifest>>> read(tags->size());
  for_each_index(tags->size(), kReaders,
                 [&](size_t i) { read[i] = read_tag(doing, repository, (*tags)[i]); });
  std::vector<TaggedManifest> state;
  for (auto& one : read) {
    if (!one) return pass(std::move(one));
    if (*one) state.push_back(std::move(**one));
  }
  return state;
}

// Nothing for a tag that was removed meanwhile.
Result<std::optional<TaggedManifest>> OciStore::read_tag(const Doing& doing, const std::string& repository,
                                                         const std::string& tag) {
  const auto manifest = look_at(doing, repository, tag);
  if (!manifest) return tl::unexpected(manifest.error());
  if (!*manifest) return std::nullopt;
  TaggedManifest tagged{tag, std::move(**manifest), {}, {}};
  auto referrers = referrers_of(doing, repository, tagged.manifest.digest);
  if (!referrers) return pass(std::move(referrers));
  for (oci::Descriptor& referrer : *referrers) {
    if (auto filled = fill(doing, repository, referrer); !filled) return pass(std::move(filled));
    (is_record(referrer) ? tagged.records : tagged.referrers).push_back(std::move(referrer));
  }
  return tagged;
}

// By the registry's own list, or where it has none by the tag that clients keep one under.
Result<std::vector<oci::Descriptor>> OciStore::referrers_of(const Doing& doing, const std::string& repository,
                                                            const std::string& digest) {
  std::vector<oci::Descriptor> all;
  RegistryCall asked = call("GET", repository, "/referrers/" + digest);
  for (size_t page = 0; lists_referrers_ != Lists::no; ++page) {
    const auto response = session_.send(asked);
    if (!response) return failure(doing, response.error());
    const bool has_none = response->status == 404 || response->status == 405 || response->status == 501;
    if (has_none && lists_referrers_ != Lists::yes) {
      lists_referrers_ = Lists::no;
      break;
    }
    if (response->status != 200) return failure(doing, *response);
    lists_referrers_ = Lists::yes;
    auto read = read_referrers(response->body);
    if (!read) return failure(doing, std::move(read).error());
    std::ranges::move(*read, std::back_inserter(all));
    const std::string next = next_page(*response);
    if (next.empty()) return all;
    auto path = session_.own_path(next);
    if (!path) return failure(doing, std::move(path).error());
    if (*path == asked.path || page > kMostPages || all.size() > kMostReferrers)
      return failure(doing, Error{Fault::corrupt, "the list of referrers does not end", {}});
    asked.path = std::move(*path);
  }
  const auto index = read_manifest(doing, repository, fallback_tag(digest), oci::kMaxManifest);
  if (!index) return tl::unexpected(index.error());
  if (!*index) return all;
  auto read = read_referrers((*index)->bytes);
  if (!read) return failure(doing, std::move(read).error());
  return read;
}

// Some lists do not say what their artifacts are, or leave out the annotations: then the artifact says it.
Result<void> OciStore::fill(const Doing& doing, const std::string& repository, oci::Descriptor& referrer) {
  remember_manifest(referrer.digest);
  const std::string_view type = oci::artifact_type_of(referrer);
  const bool is_told =
      !type.empty() && type != oci::kEmptyType && (type != kRecordType || is_record(referrer));
  if (is_told || referrer.media_type != oci::kManifestType) return {};
  const auto manifest = read_manifest(doing, repository, referrer.digest, oci::kMaxManifest);
  if (!manifest) return tl::unexpected(manifest.error());
  const auto artifact = *manifest ? oci::read_artifact((*manifest)->bytes)
                                  : Result<oci::Artifact>(fail(Fault::corrupt, "it is missing"));
  if (!artifact) return {};  // listed all the same: whoever checks it finds out
  referrer.rest.members.insert_or_assign("artifactType", oci::Json::string(artifact->type));
  referrer.annotations = artifact->annotations;
  return {};
}

void OciStore::remember_manifest(const std::string& digest) {
  const std::lock_guard guard(mutex_);
  manifests_.insert(digest);
}

bool OciStore::may_be_manifest(const std::string& digest) {
  const std::lock_guard guard(mutex_);
  return manifests_.contains(digest);
}

// ---- writing
// ------------------------------------------------------------------------------------------------

Result<bool> OciStore::has_blob(const Doing& doing, const std::string& repository,
                                const std::string& digest) {
  RegistryCall head = call("HEAD", repository, "/blobs/" + digest);
  head.follows = true;
  const auto response = session_.send(head);
  if (!response) return failure(doing, response.error());
  if (response->status == 200) return true;
  if (is_absent(*response)) return false;
  return failure(doing, *response);
}

Result<void> OciStore::put_blob(const Doing& doing, const std::string& repository, const std::string& digest,
                                std::string_view bytes) {
  const auto begun = session_.send(call("POST", repository, "/blobs/uploads/", Right::push));
  if (!begun) return failure(doing, begun.error());
  if (begun->status != 202) return failure(doing, *begun);
  auto path = session_.own_path(begun->header("location"));
  if (!path) return failure(doing, std::move(path).error());
  RegistryCall put = call("PUT", repository, "", Right::push);
  put.path = *path + (path->find('?') == path->npos ? "?" : "&") + "digest=" + http::encode_segment(digest);
  put.headers = {{"content-type", "application/octet-stream"}};
  put.body = bytes;
  const auto done = session_.send(put);
  if (!done) return failure(doing, done.error());
  if (done->status != 201 && done->status != 204) return failure(doing, *done);
  const std::string_view told = done->header("docker-content-digest");
  if (!told.empty() && told != digest)
    return failure(doing, Error{Fault::corrupt, "the registry has other bytes than were sent", {}});
  return {};
}

Result<void> OciStore::put_missing(const Doing& doing, const std::string& repository,
                                   const std::string& digest, std::string_view bytes) {
  const auto there = has_blob(doing, repository, digest);
  if (!there) return tl::unexpected(there.error());
  return *there ? Result<void>() : put_blob(doing, repository, digest, bytes);
}

// In the list of its domain. One that may not be written to is missing for readers of all of a domain, and
// the listing itself, which is beside it, is said not to be written.
Result<void> OciStore::enter(const Doing& doing, const std::string& product) {
  const size_t slash = product.rfind('/');
  const std::string listing = product.substr(0, slash + 1) + std::string(kListing);
  const std::string manifest = oci::artifact_bytes(
      {std::string(kEntryType), {oci::describe(oci::kEmptyType, oci::kEmptyConfig)}, std::nullopt, {}});
  auto put = put_missing(doing, listing, oci::digest_of(oci::kEmptyConfig), oci::kEmptyConfig);
  if (put)
    if (auto done = put_manifest(doing, listing, std::string(kProductTag) + product.substr(slash + 1),
                                 oci::kManifestType, manifest);
        !done)
      put = pass(std::move(done));
  return put || put.error().fault == Fault::refused ? Result<void>() : put;
}

Result<bool> OciStore::put_manifest(const Doing& doing, const std::string& repository,
                                    const std::string& reference, std::string_view type,
                                    std::string_view bytes) {
  RegistryCall put = call("PUT", repository, "/manifests/" + reference, Right::push);
  put.headers = {{"content-type", std::string(type)}};
  put.body = bytes;
  const auto done = session_.send(put);
  if (!done) return failure(doing, done.error());
  if (done->status / 100 != 2) return failure(doing, *done);
  const std::string_view told = done->header("docker-content-digest");
  const std::string digest = oci::digest_of(bytes);
  if (!told.empty() && told != digest)
    return failure(doing, Error{Fault::corrupt, "the registry has other bytes than were sent", {}});
  remember_manifest(digest);
  return !done->header("oci-subject").empty();
}

// With a subject, and listed as a referrer of it.
Result<void> OciStore::put_artifact(const Doing& doing, const std::string& repository,
                                    std::string_view bytes) {
  const auto artifact = oci::read_artifact(bytes);
  if (!artifact) return failure(doing, artifact.error());
  oci::Descriptor referrer = oci::describe(oci::kManifestType, bytes);
  const auto is_listed = put_manifest(doing, repository, referrer.digest, oci::kManifestType, bytes);
  if (!is_listed) return tl::unexpected(is_listed.error());
  if (*is_listed || !artifact->subject) return {};
  referrer.rest.members.emplace("artifactType", oci::Json::string(artifact->type));
  referrer.annotations = artifact->annotations;
  return list_by_tag(doing, repository, artifact->subject->digest, referrer);
}

// The tag is read, changed and written: whoever does so at the same moment may lose what was added, so it is
// read again.
Result<void> OciStore::list_by_tag(const Doing& doing, const std::string& repository,
                                   const std::string& subject, const oci::Descriptor& referrer) {
  constexpr int kMostTries = 5;
  const std::string tag = fallback_tag(subject);
  for (int i = 0;; ++i) {
    const auto there = read_manifest(doing, repository, tag, oci::kMaxManifest);
    if (!there) return tl::unexpected(there.error());
    std::vector<oci::Descriptor> all;
    if (*there) {
      auto read = read_referrers((*there)->bytes);
      if (!read) return failure(doing, std::move(read).error());
      all = std::move(*read);
    }
    if (std::ranges::find(all, referrer.digest, &oci::Descriptor::digest) != all.end()) return {};
    if (i == kMostTries)
      return failure(doing, Error{Fault::temporary, "others change its referrers all the time", {}});
    all.push_back(referrer);
    oci::Json manifests = oci::Json::array();
    for (const oci::Descriptor& one : all) manifests.items.push_back(oci::to_json(one));
    oci::Json index = oci::Json::object();
    index.members.emplace("schemaVersion", oci::Json::number(2));
    index.members.emplace("mediaType", oci::Json::string(oci::kIndexType));
    index.members.emplace("manifests", std::move(manifests));
    const std::string bytes = oci::write_json(index);
    if (auto put = put_manifest(doing, repository, tag, oci::kIndexType, bytes); !put)
      return pass(std::move(put));
  }
}

Result<Created> OciStore::create(std::string_view key, std::string_view bytes, const Put& put) {
  const auto place = place_of(key);
  if (!place) return tl::unexpected(place.error());
  const Doing doing{"write", key};
  if (place->kind == Place::Kind::layout) return Created::already_there;
  if (place->kind != Place::Kind::blob)
    return failure(doing, Error{Fault::usage, "on a registry it is not created but changed", {}});
  if (oci::digest_of(bytes) != place->digest)
    return failure(doing, Error{Fault::usage, "a registry keeps bytes under their own digest only", {}});
  if (is_manifest(put.content_type)) {
    if (const auto artifact = oci::read_artifact(bytes); artifact && artifact->subject) {
      // Sent again when it is there, as it may not be listed yet.
      if (auto done = put_artifact(doing, place->repository, bytes); !done) return pass(std::move(done));
      return Created::now;
    }
    const auto there = look_at(doing, place->repository, place->digest);
    if (!there) return tl::unexpected(there.error());
    if (*there) return Created::already_there;
    auto done = put_manifest(doing, place->repository, place->digest, put.content_type, bytes);
    if (!done) return pass(std::move(done));
    return Created::now;
  }
  const auto there = has_blob(doing, place->repository, place->digest);
  if (!there) return tl::unexpected(there.error());
  if (*there) return Created::already_there;
  if (auto done = put_blob(doing, place->repository, place->digest, bytes); !done)
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
  return failure(doing, Error{Fault::usage, "on a registry it does not change", {}});
}

tl::unexpected<Error> lost(std::string_view key, std::string_view why) {
  return fail(Fault::conflict, "`" + printable(key) + "` " + std::string(why));
}

// The tag is what readers see, so a manifest gets its tag last.
Result<void> OciStore::move_tag(const Doing& doing, const std::string& repository, const std::string& tag,
                                const std::optional<std::string>& from, const std::string& to) {
  const auto manifest = read_manifest(doing, repository, to, oci::kMaxManifest);
  if (!manifest) return tl::unexpected(manifest.error());
  if (!*manifest) return failure(doing, Error{Fault::corrupt, "`" + to + "` is not there", {}});
  const auto now = look_at(doing, repository, tag);
  if (!now) return tl::unexpected(now.error());
  const std::optional<std::string> digest = *now ? std::optional((*now)->digest) : std::nullopt;
  if (digest == to) return {};
  if (digest != from) return lost(doing.object, "was changed by somebody else: the tag `" + tag + "`");
  auto put = put_manifest(doing, repository, tag, (*manifest)->descriptor.media_type, (*manifest)->bytes);
  if (put || put.error().fault != Fault::refused) return put ? Result<void>() : pass(std::move(put));
  // Registries with tags that do not change say so in many ways.
  const auto after = look_at(doing, repository, tag);
  if (after && *after && (*after)->digest != digest)
    return lost(doing.object, "was changed by somebody else: the tag `" + tag + "`");
  return pass(std::move(put));
}

Result<Token> OciStore::swap_index(const Doing& doing, const Place& place,
                                   const std::optional<Token>& expected, std::string_view bytes) {
  const auto wanted = oci::read_index(bytes);
  if (!wanted) return failure(doing, wanted.error());
  const auto state = read_state(doing, place.repository);
  if (!state) return tl::unexpected(state.error());
  const oci::Index now = index_of(*state);
  if (!expected && !state->empty()) return lost(doing.object, "is there already");
  if (expected && state->empty()) return lost(doing.object, "is gone");
  if (expected && *expected != token_of(now)) return lost(doing.object, "was changed by somebody else");

  const auto records = records_for(now, *wanted);
  if (!records) return failure(doing, records.error());
  if (state->empty())
    if (auto entered = enter(doing, place.repository); !entered) return pass(std::move(entered));
  const std::string empty = oci::digest_of(oci::kEmptyConfig);
  if (auto put = put_missing(doing, place.repository, empty, oci::kEmptyConfig); !put)
    return pass(std::move(put));
  for (const Record& record : *records)
    if (auto put = put_artifact(doing, place.repository, record.manifest); !put) return pass(std::move(put));
  for (const Record& record : *records) {
    if (!record.moves_tag) continue;
    const std::string tag(record.entry->annotation(oci::kRefName));
    const oci::Descriptor* const before = now.find(tag);
    auto moved = move_tag(doing, place.repository, tag, before ? std::optional(before->digest) : std::nullopt,
                          record.entry->digest);
    if (!moved) return pass(std::move(moved));
  }
  if (const oci::Descriptor* const head = wanted->head.empty() ? nullptr : wanted->find(wanted->head)) {
    const auto latest = look_at(doing, place.repository, std::string(kLatest));
    if (!latest) return tl::unexpected(latest.error());
    auto moved = move_tag(doing, place.repository, std::string(kLatest),
                          *latest ? std::optional((*latest)->digest) : std::nullopt, head->digest);
    // Advice for other tools; where tags do not change it stays as it is.
    if (!moved && moved.error().fault != Fault::refused && moved.error().fault != Fault::conflict)
      return pass(std::move(moved));
  }
  const auto after = read_state(doing, place.repository);
  if (!after) return tl::unexpected(after.error());
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
    if (auto put = put_missing(doing, place.repository, digest, blob); !put) return pass(std::move(put));
  }
  const std::string latest(kLatest), digest = oci::digest_of(manifest);
  const auto now = look_at(doing, place.repository, latest);
  if (!now) return tl::unexpected(now.error());
  const std::optional<Token> token = *now ? std::optional((*now)->digest) : std::nullopt;
  if (token != expected) return lost(doing.object, "was changed by somebody else");
  auto put = put_manifest(doing, place.repository, latest, oci::kManifestType, manifest);
  if (!put) return pass(std::move(put));
  const auto after = look_at(doing, place.repository, latest);
  if (!after) return tl::unexpected(after.error());
  if (!*after || (*after)->digest != digest)
    return lost(doing.object, "was changed by somebody else at the same moment");
  return digest;
}

Result<void> OciStore::remove(std::string_view key) {
  if (auto place = place_of(key); !place) return pass(std::move(place));
  return failure({"remove", key}, Error{Fault::usage, "nothing is removed from a registry by publishers",
                                        "registries collect what nothing leads to by themselves"});
}

// There is no condition to be tried out. What can be found out is whether the registry answers as one.
Result<void> OciStore::probe(std::string_view key, std::string_view) {
  const auto place = place_of(key);
  if (!place) return tl::unexpected(place.error());
  const Doing doing{"try out", key};
  const auto response = session_.send(call("GET", place->repository, "/tags/list"));
  if (!response) return failure(doing, response.error());
  if (response->status == 200 || is_absent(*response)) return {};
  return failure(doing, *response);
}

}  // namespace

Result<std::unique_ptr<Store>> oci_store(std::string_view url, std::shared_ptr<http::Client> client,
                                         std::shared_ptr<RegistryLogins> logins) {
  auto address = oci_address(url);
  if (!address) return pass(std::move(address));
  return std::make_unique<OciStore>(std::move(*address), std::move(client), std::move(logins));
}

}  // namespace mesh::store
