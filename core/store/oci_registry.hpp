#pragma once

#include "core/oci/descriptor.hpp"
#include "core/store/oci_session.hpp"

#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// The requests of the OCI distribution specification. What comes back is what was asked for, or corrupt.
namespace mesh::store {

struct RegistryManifest {
  oci::Descriptor descriptor;
  std::string bytes;
};

// Whether registries keep it with manifests, apart from blobs.
bool is_manifest_type(std::string_view media_type);

class OciRegistry {
 public:
  // For messages: what is done with what.
  struct Doing {
    std::string_view verb, object;
  };

  OciRegistry(OciAddress address, std::shared_ptr<http::Client> client,
              std::shared_ptr<RegistryLogins> logins, RegistryOptions may)
      : session_(std::move(address), std::move(client), std::move(logins), may) {}

  const OciAddress& address() const { return session_.address(); }

  // "oci://host/shop: read sales/orders/index.json: …"
  tl::unexpected<Error> failure(const Doing& doing, Error error) const;

  // Nothing where there is none. A reference is a tag or a digest.
  Result<std::optional<oci::Descriptor>> look_at(const Doing& doing, const std::string& repository,
                                                 const std::string& reference);
  Result<std::optional<RegistryManifest>> read_manifest(const Doing& doing, const std::string& repository,
                                                        const std::string& reference, uint64_t limit);
  // The bytes are the caller's to check.
  Result<std::optional<std::string>> read_blob(const Doing& doing, const std::string& repository,
                                               const std::string& digest, uint64_t limit);
  // Whether the digest was seen as that of a manifest.
  bool is_known_manifest(const std::string& digest);

  // In byte order; none where there is no such repository.
  Result<std::vector<std::string>> tags(const Doing& doing, const std::string& repository);
  // Of the whole registry. refused where it does not tell them.
  Result<std::vector<std::string>> repositories(const Doing& doing);
  // With their artifactType and annotations. `tags` are those of the repository.
  Result<std::vector<oci::Descriptor>> referrers_of(const Doing& doing, const std::string& repository,
                                                    const std::string& digest,
                                                    const std::set<std::string>& tags);

  // Whether this blob of so many bytes is there; also false where the reply does not prove it.
  Result<bool> has_blob(const Doing& doing, const std::string& repository, const std::string& digest,
                        uint64_t size);
  Result<void> put_blob(const Doing& doing, const std::string& repository, const std::string& digest,
                        std::string_view bytes);
  Result<void> put_missing(const Doing& doing, const std::string& repository, const std::string& digest,
                           std::string_view bytes);
  // Whether the registry lists it as a referrer by itself, if it has a subject.
  Result<bool> put_manifest(const Doing& doing, const std::string& repository, const std::string& reference,
                            std::string_view type, std::string_view bytes);
  // With a subject, and listed as a referrer of it, whoever keeps that list.
  Result<void> put_artifact(const Doing& doing, const std::string& repository, std::string_view bytes);

 private:
  enum class Right : uint8_t { pull, push };
  RegistryCall call(std::string method, const std::string& repository, const std::string& rest,
                    Right right = Right::pull) const;
  tl::unexpected<Error> failure(const Doing& doing, const http::Response& response) const;
  Error told_by(const http::Response& response) const;
  Result<std::vector<std::string>> names(const Doing& doing, RegistryCall asked, std::string_view member,
                                         size_t most_pages);
  Result<std::vector<oci::Descriptor>> listed_referrers(const Doing& doing, const std::string& repository,
                                                        const std::string& digest,
                                                        const std::set<std::string>& tags);
  Result<void> fill(const Doing& doing, const std::string& repository, oci::Descriptor& referrer);
  Result<void> list_by_tag(const Doing& doing, const std::string& repository, const std::string& subject,
                           const oci::Descriptor& referrer);
  void remember_manifest(const std::string& digest);

  RegistrySession session_;
  enum class Lists : uint8_t { unknown, yes, no };
  std::atomic<Lists> lists_referrers_{Lists::unknown};
  std::mutex mutex_;
  std::set<std::string> manifests_;  // digests that are no blobs; under mutex_
};

}  // namespace mesh::store
