#pragma once

#include "core/oci/index.hpp"
#include "core/publish/identity.hpp"
#include "core/store/store.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

// What an index leads to: manifests, their configs and layers, nested indexes, subjects; also in documents of
// kinds we do not know, and whatever else in them is a digest.
namespace mesh::publish {

struct Reach {
  std::map<std::string, oci::Descriptor> blobs;  // by digest: what descriptors lead to
  std::set<std::string> mentioned;               // digests that stand somewhere else in a document
  std::vector<std::string> problems;  // documents that cannot be read, so what they keep is not known

  bool keeps(const std::string& digest) const { return blobs.contains(digest) || mentioned.contains(digest); }
};

// `limited_to` says which entries of the index to start from; without it all of them, and what other tools
// wrote into the index itself.
Result<Reach> reach_of(store::Store& store, const Identity& identity, const oci::Index& index,
                       const std::function<bool(const oci::Descriptor&)>& limited_to = {});

// A manifest or an index, of OCI or of its forerunners: a document that leads on.
bool leads_on(std::string_view media_type);

}  // namespace mesh::publish
