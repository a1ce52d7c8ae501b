#include "core/store/oci_registry.hpp"

#include "core/base/strings.hpp"
#include "core/http/url.hpp"
#include "core/oci/artifact.hpp"
#include "core/oci/index.hpp"
#include "core/oci/manifest.hpp"
#include "core/store/oci_state.hpp"

#include <algorithm>

namespace mesh::store {
namespace {

constexpr size_t kMostPages = 10'000, kMostNames = 1'000'000, kMostReferrers = 10'000;
constexpr std::string_view kManifestTypes =
    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
    "application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json";

std::string fallback_tag(std::string_view digest) {
  std::string tag(digest);
  tag[tag.find(':')] = '-';
  return tag;
}

}  // namespace

// What it has is to be looked at.
static Error other_bytes() {
  return {Fault::temporary, "the registry says that it has other bytes than were sent", {}};
}

bool is_manifest_type(std::string_view media_type) {
  return !media_type.empty() && kManifestTypes.find(media_type) != kManifestTypes.npos;
}

RegistryCall OciRegistry::call(std::string method, const std::string& repository, const std::string& rest,
                               Right right) const {
  return {std::move(method), "/v2/" + repository + rest,
          "repository:" + repository + (right == Right::push ? ":pull,push" : ":pull")};
}

tl::unexpected<Error> OciRegistry::failure(const Doing& doing, Error error) const {
  return std::move(error).in(session_.address().url() + ": " + std::string(doing.verb) + " " +
                             printable(doing.object));
}

tl::unexpected<Error> OciRegistry::failure(const Doing& doing, const http::Response& response) const {
  return failure(doing, registry_failure(response, session_.address().host));
}

// ---- reading
// ------------------------------------------------------------------------------------------------

Result<std::optional<oci::Descriptor>> OciRegistry::look_at(const Doing& doing, const std::string& repository,
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

Result<std::optional<RegistryManifest>> OciRegistry::read_manifest(const Doing& doing,
                                                                   const std::string& repository,
                                                                   const std::string& reference,
                                                                   uint64_t limit) {
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
  RegistryManifest manifest{oci::describe(trim(type.substr(0, type.find(';'))), response->body), {}};
  const std::string_view told = response->header("docker-content-digest");
  const bool is_other = (told.starts_with("sha256:") && told != manifest.descriptor.digest) ||
                        (oci::is_digest(reference) && reference != manifest.descriptor.digest);
  if (is_other) return failure(doing, Error{Fault::corrupt, "other bytes arrived than its digest says", {}});
  manifest.bytes = std::move(response->body);
  remember_manifest(manifest.descriptor.digest);
  return manifest;
}

Result<std::optional<std::string>> OciRegistry::read_blob(const Doing& doing, const std::string& repository,
                                                          const std::string& digest, uint64_t limit) {
  RegistryCall get = call("GET", repository, "/blobs/" + digest);
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

Result<std::vector<std::string>> OciRegistry::names(const Doing& doing, RegistryCall asked,
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

// By the registry's own list, or where it has none by the tag that clients keep one under.
Result<std::vector<oci::Descriptor>> OciRegistry::listed_referrers(const Doing& doing,
                                                                   const std::string& repository,
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
    auto read = read_referrers(response->body);
    if (!read) return failure(doing, std::move(read).error());
    lists_referrers_ = Lists::yes;
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
Result<void> OciRegistry::fill(const Doing& doing, const std::string& repository, oci::Descriptor& referrer) {
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

void OciRegistry::remember_manifest(const std::string& digest) {
  const std::lock_guard guard(mutex_);
  manifests_.insert(digest);
}

bool OciRegistry::is_known_manifest(const std::string& digest) {
  const std::lock_guard guard(mutex_);
  return manifests_.contains(digest);
}

Result<std::vector<oci::Descriptor>> OciRegistry::referrers_of(const Doing& doing,
                                                               const std::string& repository,
                                                               const std::string& digest) {
  auto all = listed_referrers(doing, repository, digest);
  if (!all) return all;
  for (oci::Descriptor& referrer : *all)
    if (auto filled = fill(doing, repository, referrer); !filled) return pass(std::move(filled));
  return all;
}

Result<std::vector<std::string>> OciRegistry::tags(const Doing& doing, const std::string& repository) {
  return names(doing, call("GET", repository, "/tags/list"), "tags");
}

Result<std::vector<std::string>> OciRegistry::repositories(const Doing& doing) {
  return names(doing, {"GET", "/v2/_catalog?n=1000", "registry:catalog:*"}, "repositories");
}

// ---- writing
// ------------------------------------------------------------------------------------------------

Result<bool> OciRegistry::has_blob(const Doing& doing, const std::string& repository,
                                   const std::string& digest, uint64_t size) {
  RegistryCall head = call("HEAD", repository, "/blobs/" + digest);
  head.follows = true;
  const auto response = session_.send(head);
  if (!response) return failure(doing, response.error());
  // A page that somebody between us and the registry answers with is another one; a blob is put again then.
  if (response->status == 200)
    return response->header("docker-content-digest") == digest ||
           response->header("content-length") == std::to_string(size);
  if (is_absent(*response)) return false;
  return failure(doing, *response);
}

Result<void> OciRegistry::put_blob(const Doing& doing, const std::string& repository,
                                   const std::string& digest, std::string_view bytes) {
  const auto begun = session_.send(call("POST", repository, "/blobs/uploads/", Right::push));
  if (!begun) return failure(doing, begun.error());
  if (begun->status != 202) return failure(doing, *begun);
  auto path = session_.own_path(begun->header("location"));
  if (!path) return failure(doing, std::move(path).error());
  RegistryCall put = call("PUT", repository, "", Right::push);
  put.path = http::with_query(std::move(*path), {{"digest", digest}});
  put.headers = {{"content-type", "application/octet-stream"}};
  put.body = bytes;
  const auto done = session_.send(put);
  if (!done) return failure(doing, done.error());
  if (done->status != 201 && done->status != 204) return failure(doing, *done);
  const std::string_view told = done->header("docker-content-digest");
  if (!told.empty() && told != digest) return failure(doing, other_bytes());
  return {};
}

Result<void> OciRegistry::put_missing(const Doing& doing, const std::string& repository,
                                      const std::string& digest, std::string_view bytes) {
  const auto there = has_blob(doing, repository, digest, bytes.size());
  if (!there) return tl::unexpected(there.error());
  return *there ? Result<void>() : put_blob(doing, repository, digest, bytes);
}

Result<bool> OciRegistry::put_manifest(const Doing& doing, const std::string& repository,
                                       const std::string& reference, std::string_view type,
                                       std::string_view bytes) {
  RegistryCall put = call("PUT", repository, "/manifests/" + reference, Right::push);
  put.headers = {{"content-type", std::string(type)}};
  put.body = bytes;
  const auto done = session_.send(put);
  if (!done) return failure(doing, done.error());
  if (done->status != 201) return failure(doing, *done);
  const std::string_view told = done->header("docker-content-digest");
  const std::string digest = oci::digest_of(bytes);
  if (!told.empty() && told != digest) return failure(doing, other_bytes());
  remember_manifest(digest);
  return !done->header("oci-subject").empty();
}

Result<void> OciRegistry::put_artifact(const Doing& doing, const std::string& repository,
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
Result<void> OciRegistry::list_by_tag(const Doing& doing, const std::string& repository,
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

}  // namespace mesh::store
