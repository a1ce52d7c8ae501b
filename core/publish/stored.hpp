#pragma once

#include "core/oci/index.hpp"
#include "core/oci/manifest.hpp"
#include "core/publish/identity.hpp"
#include "core/store/store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What is published, read back with suspicion: nothing is believed whose digest was not checked.
namespace mesh::publish {

struct Stored {
  oci::Index index;
  store::Token token;
};

// nullopt when nothing is published under the identity; corrupt when its index cannot be one.
Result<std::optional<Stored>> read_stored(store::Store& store, const Identity& identity);

// An entry of ours: a manifest under a version's tag or `snapshot`. Names that others gave, and referrers,
// are not.
bool is_release(const oci::Descriptor& entry);

// All of them, oldest first by precedence, the snapshot last.
std::vector<const oci::Descriptor*> releases_of(const oci::Index& index);

std::string_view tag_of(const oci::Descriptor& entry);
std::string version_of(const oci::Descriptor& entry);  // "1.0.0+b" of the tag 1.0.0_b
bool is_yanked(const oci::Descriptor& entry);

// The tag of the newest release by precedence that is neither the snapshot nor yanked; "" when there is none.
std::string newest(const oci::Index& index);

// The bytes of a blob. corrupt when it is missing, too large, or other bytes than its digest says.
Result<std::string> read_blob(store::Store& store, const Identity& identity, const oci::Descriptor& blob,
                              uint64_t limit);

// Creates a blob; one that is there already must hold these bytes: corrupt otherwise.
Result<void> put_blob(store::Store& store, const Identity& identity, const oci::Descriptor& blob,
                      std::string_view bytes);

// The manifest of an entry; corrupt too when it is that of another product or version.
Result<oci::Manifest> read_release(store::Store& store, const Identity& identity,
                                   const oci::Descriptor& entry);

// All products below a domain (or below all, for ""), in order.
Result<std::vector<Identity>> products_in(store::Store& store, std::string_view domain);

}  // namespace mesh::publish
