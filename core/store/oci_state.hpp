#pragma once

#include "core/oci/index.hpp"

#include <string>
#include <string_view>
#include <vector>

// What a registry has of a product, and the index that says the same: what stores keep in `index.json` is on
// a registry tags, and referrers of the manifests that they name.
namespace mesh::store {

// An artifact whose subject is the manifest of a release; its annotations are those of the release's entry.
// Of several the one with the highest revision counts.
inline constexpr std::string_view kRecordType = "application/vnd.mesh.status.v1+json";

struct TaggedManifest {
  std::string tag;
  oci::Descriptor manifest;                // type, digest and size
  std::vector<oci::Descriptor> records;    // with their annotations
  std::vector<oci::Descriptor> referrers;  // all others
};

// Whether it can be a tag and names a release. "latest" and what starts with "sha256-" are none: the first
// names the head, the others list referrers where the registry does not.
bool is_release_tag(std::string_view tag);

// Whether an artifact that somebody made can count as a record.
bool is_record(const oci::Descriptor& referrer);

// Its head is told only where it does not follow from the releases: those of products do.
oci::Index index_of(const std::vector<TaggedManifest>& tagged);

// Of what a swap compares: all but referrers, which are listed as soon as they are put.
std::string token_of(const oci::Index& index);

struct Record {
  const oci::Descriptor* entry;  // of `wanted`
  bool moves_tag;                // it is new, or its tag names another manifest
  std::string manifest;          // the artifact
};

// What is to be written so that the index becomes the wanted one, in this order; never nothing, so that every
// swap makes another state. usage: what a registry cannot keep.
Result<std::vector<Record>> records_for(const oci::Index& now, const oci::Index& wanted);

// Whether what was written is what counts: somebody else may have written at the same moment.
bool has_taken(const oci::Index& now, const oci::Index& wanted, const std::vector<Record>& records);

}  // namespace mesh::store
