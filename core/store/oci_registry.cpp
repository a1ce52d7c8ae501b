#include "core/store/oci_registry.hpp"

#include "core/base/strings.hpp"
#include "core/http/url.hpp"
#include "core/oci/artifact.hpp"
#include "core/oci/index.hpp"
#include "core/oci/manifest.hpp"
#include "core/store/oci_state.hpp"

#include <algorithm>
#include <array>

namespace mesh::store {
namespace {

constexpr size_t kMostPages = 10'000, kMostNames = 1'000'000, kMostReferrers = 10'000;
// Of the list of all repositories. That of a public registry has no end.
constexpr size_t kMostCatalogPages = 200;
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

// Registries that do not know the list of referrers say so in many ways: by a status, or (Harbor) by a 401
// that asks for nothing.
static bool lists_none(const http::Response& response) {
  if (response.status == 401) return challenges_of(response).empty();
  constexpr std::array kStatuses = {400, 404, 405, 406, 501};
  return std::ranges::find(kStatuses, response.status) != kStatuses.end();
}

// Whether what was put is there. 201 says so, and so does another success that tells the digest.
static bool is_put(const http::Response& response, std::string_view digest) {
  if (response.status == 201) return true;
  return response.status / 100 == 2 && response.header("docker-content-digest") == digest;
}

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
  return failure(doing, told_by(response));
}

Error OciRegistry::told_by(const http::Response& response) const {
  const std::string& host = session_.address().host;
  Error error = registry_failure(response, host);
  // Registries deny by 401 too.
  if (response.status == 401 && session_.is_logged_in())
    error.help =
        "the login that is kept for `" + host +
        "` does not do: it has ended, or may not do this (publishing needs the rights to pull and push); "
        "`docker login " +
        host + "` keeps another";
  return error;
}

// ---- reading
// ------------------------------------------------------------------------------------------------

Result<std::optional<oci::Descriptor>> OciRegistry::look_at(const Doing& doing, const std::string& repository,
                                                            const std::string& reference) {
  RegistryCall head = call("HEAD", repository, "/manifests/" + reference);
  head.headers = {{"accept", std::string(kManifestTypes)}};
  const auto response = session_.send(head);
  // Places that it is kept at may be good for a GET alone.
  const bool is_refused = !response && response.error().fault == Fault::refused;
  if (!response && !is_refused) return failure(doing, response.error());
  const bool knows_no_head = response && (response->status == 405 || response->status == 501);
  if (response && is_absent(*response)) return std::nullopt;
  if (response && response->status != 200 && !knows_no_head) return failure(doing, *response);
  auto described = response && !knows_no_head ? described_by(*response) : std::nullopt;
  if (described && is_manifest_type(described->media_type)) {
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
  auto response = session_.send(get);
  if (!response) return failure(doing, std::move(response).error());
  if (is_absent(*response)) return std::nullopt;
  if (response->status != 200) return failure(doing, *response);
  if (response->body.size() > limit)
    return failure(doing, Error{Fault::corrupt, "it is larger than " + std::to_string(limit) + " bytes", {}});
  const std::string_view header = response->header("content-type");
  std::string type(trim(header.substr(0, header.find(';'))));
  // Some say `application/json` of all of them, and then the document knows better.
  if (!is_manifest_type(type))
    if (const auto json = oci::read_json(response->body); json && json->kind == oci::Json::Kind::object)
      if (const std::string* const own = json->string_at("mediaType"); own && is_manifest_type(*own))
        type = *own;
  RegistryManifest manifest{oci::describe(type, response->body), {}};
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
  auto response = session_.send(get);
  if (!response) return failure(doing, std::move(response).error());
  if (is_absent(*response)) return std::nullopt;
  if (response->status != 200) return failure(doing, *response);
  if (response->body.size() > limit)
    return failure(doing, Error{Fault::corrupt, "it is larger than " + std::to_string(limit) + " bytes", {}});
  return std::optional(std::move(response->body));
}

Result<std::vector<std::string>> OciRegistry::names(const Doing& doing, RegistryCall asked,
                                                    std::string_view member, size_t most_pages) {
  std::vector<std::string> all;
  for (size_t page = 0; page < most_pages; ++page) {
    const auto response = session_.send(asked);
    if (!response) return failure(doing, response.error());
    if (is_absent(*response) && member == "tags") return all;
    if (response->status != 200) {
      Error error = told_by(*response);
      if (response->status == 401 && member == "tags")
        error.help += "; some registries say so of a repository that is not there yet";
      return failure(doing, std::move(error));
    }
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
    auto path = session_.own_path(asked, next);
    if (!path) return failure(doing, std::move(path).error());
    if (*path == asked.path) break;
    asked.path = std::move(*path);
  }
  if (member != "tags")
    return failure(doing, Error{Fault::refused, "the list of its repositories does not end", {}});
  return failure(doing, Error{Fault::corrupt, "the list does not end", {}});
}

// By the registry's own list, and by the tag that clients keep one under where it has none: also where it has
// one by now, or answers as if it had.
Result<std::vector<oci::Descriptor>> OciRegistry::listed_referrers(const Doing& doing,
                                                                   const std::string& repository,
                                                                   const std::string& digest,
                                                                   const std::set<std::string>& tags) {
  std::vector<oci::Descriptor> all;
  RegistryCall asked = call("GET", repository, "/referrers/" + digest);
  for (size_t page = 0; lists_referrers_ != Lists::no; ++page) {
    const auto response = session_.send(asked);
    if (!response) return failure(doing, response.error());
    if (lists_none(*response) && lists_referrers_ != Lists::yes) {
      lists_referrers_ = Lists::no;
      break;
    }
    if (response->status != 200) return failure(doing, *response);
    auto read = read_referrers(response->body);
    if (!read) return failure(doing, std::move(read).error());
    lists_referrers_ = Lists::yes;
    std::ranges::move(*read, std::back_inserter(all));
    const std::string next = next_page(*response);
    if (next.empty() && tags.contains(fallback_tag(digest))) break;
    if (next.empty()) return all;
    auto path = session_.own_path(asked, next);
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
  for (oci::Descriptor& one : *read)
    if (std::ranges::find(all, one.digest, &oci::Descriptor::digest) == all.end())
      all.push_back(std::move(one));
  return all;
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
                                                               const std::string& digest,
                                                               const std::set<std::string>& tags) {
  auto all = listed_referrers(doing, repository, digest, tags);
  if (!all) return all;
  for (oci::Descriptor& referrer : *all)
    if (auto filled = fill(doing, repository, referrer); !filled) return pass(std::move(filled));
  return all;
}

Result<std::vector<std::string>> OciRegistry::tags(const Doing& doing, const std::string& repository) {
  return names(doing, call("GET", repository, "/tags/list"), "tags", kMostPages);
}

Result<std::vector<std::string>> OciRegistry::repositories(const Doing& doing) {
  return names(doing, {"GET", "/v2/_catalog?n=1000", "registry:catalog:*"}, "repositories",
               kMostCatalogPages);
}

// ---- writing
// ------------------------------------------------------------------------------------------------

Result<bool> OciRegistry::has_blob(const Doing& doing, const std::string& repository,
                                   const std::string& digest, uint64_t size) {
  const auto response = session_.send(call("HEAD", repository, "/blobs/" + digest));
  // The place it is kept at may be good for a GET alone: then it is put again.
  if (!response && response.error().fault == Fault::refused) return false;
  if (response && (response->status == 405 || response->status == 501)) return false;
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
  const RegistryCall post = call("POST", repository, "/blobs/uploads/", Right::push);
  const auto begun = session_.send(post);
  if (!begun) return failure(doing, begun.error());
  if (is_absent(*begun)) {
    Error error = told_by(*begun);
    error.help = "make the repository `" + repository + "` first: this registry does not make it by itself";
    return failure(doing, std::move(error));
  }
  if (begun->status != 202) return failure(doing, *begun);
  auto path = session_.next_path(post, begun->header("location"));
  if (!path) return failure(doing, std::move(path).error());
  RegistryCall put = call("PUT", repository, "", Right::push);
  put.path = http::with_query(std::move(*path), {{"digest", digest}});
  put.headers = {{"content-type", "application/octet-stream"}};
  put.body = bytes;
  const auto done = session_.send(put);
  if (!done) return failure(doing, done.error());
  if (!is_put(*done, digest) && done->status != 204) {
    Error error = told_by(*done);
    // An upload that it forgot, or that another of its machines has, is begun again.
    if (is_absent(*done)) error.fault = Fault::temporary;
    if (!put.path.starts_with('/')) {
      const auto there = http::parse_url(put.path);
      error.message.insert(
          0, "the registry sends the upload to `" + (there ? there->host : "") + "`, which answers ");
      error.help = "a registry behind a proxy must be told its own address";
    }
    return failure(doing, std::move(error));
  }
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
  const std::string digest = oci::digest_of(bytes);
  if (!is_put(*done, digest)) return failure(doing, *done);
  const std::string_view told = done->header("docker-content-digest");
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
