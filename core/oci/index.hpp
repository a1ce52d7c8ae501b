#pragma once

#include "core/base/result.hpp"
#include "core/oci/descriptor.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The index of a product's layout: its releases, and all that changes about them (design section 6).
namespace mesh::oci {

inline constexpr uint64_t kMaxIndex = 16u << 20;
// No product is written to that often, and larger numbers are not kept exactly by every reader of JSON.
inline constexpr uint64_t kMaxRev = uint64_t(1) << 53;

struct Index {
  uint64_t rev = 0;         // vnd.mesh.rev: grows by one with every write
  std::string head;         // vnd.mesh.head: tag of the newest release, or ""
  std::string id;           // vnd.mesh.id: the product's ODPS id since it was first published
  Annotations annotations;  // the others
  std::vector<Descriptor> manifests;
  Json rest = Json::object();  // members we do not know, kept as they are

  // The entry with that org.opencontainers.image.ref.name; nullptr when there is none.
  const Descriptor* find(std::string_view tag) const;
  bool operator==(const Index&) const = default;
  // Takes the place of the entry with the same tag, or comes in addition.
  void put(Descriptor entry);
};

// corrupt: not an index, a descriptor that cannot be, a ref.name twice, a rev that is no number. An index
// written by another tool has no rev; it is 0 then.
Result<Index> read_index(std::string_view bytes);

// Canonical; entries with a name stand first, by name.
std::string index_bytes(const Index& index);

}  // namespace mesh::oci
