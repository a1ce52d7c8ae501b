#pragma once

#include "core/base/result.hpp"
#include "core/oci/json.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

// What points at bytes in an OCI layout: their type, digest and size (image-spec 1.1, "descriptor").
namespace mesh::oci {

inline constexpr std::string_view kManifestType = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view kIndexType = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view kEmptyType = "application/vnd.oci.empty.v1+json";
inline constexpr std::string_view kProductType = "application/vnd.mesh.dataproduct.v1+json";

inline constexpr std::string_view kTitle = "org.opencontainers.image.title";
inline constexpr std::string_view kRefName = "org.opencontainers.image.ref.name";
inline constexpr std::string_view kVersion = "org.opencontainers.image.version";
inline constexpr std::string_view kCreated = "org.opencontainers.image.created";
inline constexpr std::string_view kRevision = "org.opencontainers.image.revision";
inline constexpr std::string_view kStatus = "vnd.mesh.status";
inline constexpr std::string_view kStatusBefore = "vnd.mesh.status.before";  // it was yanked or retired
inline constexpr std::string_view kReason = "vnd.mesh.reason";               // why it was
inline constexpr std::string_view kReplacement = "vnd.mesh.replacement";     // DOMAIN/PRODUCT

using Annotations = std::map<std::string, std::string>;

struct Descriptor {
  std::string media_type;
  std::string digest;  // "sha256:<64 hex digits>" in what we write
  uint64_t size = 0;
  Annotations annotations;
  Json rest = Json::object();  // members we do not know, kept as they are

  // The annotation, or "".
  std::string_view annotation(std::string_view name) const;
  bool operator==(const Descriptor&) const = default;
};

// "sha256:…" of the bytes.
std::string digest_of(std::string_view bytes);

// A SHA-256 digest, written the only way there is.
bool is_digest(std::string_view text);

Descriptor describe(std::string_view media_type, std::string_view bytes);

// corrupt: no media type, a digest or size that cannot be, annotations that are not strings. Digests of other
// algorithms pass, as the standard has them; nothing of ours follows one.
Result<Descriptor> read_descriptor(const Json& json);
Json to_json(const Descriptor& descriptor);

// The `annotations` of any OCI document. corrupt: not an object of strings.
Result<Annotations> read_annotations(const Json& document);

// `schemaVersion` must be the number 2, `mediaType` this one or absent.
Result<void> check_document(const Json& document, std::string_view media_type);

}  // namespace mesh::oci
