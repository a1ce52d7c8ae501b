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

// What stands in the place of a retired product: a tombstone, on the index itself.
struct Retirement {
  std::string reason, replacement;  // the replacement may be ""
  bool operator==(const Retirement&) const = default;
};
std::optional<Retirement> retirement_of(const oci::Index& index);

// The tag of the newest release by precedence that is neither the snapshot nor yanked, and no pre-release while
// there is another; "" when there is none.
std::string newest(const oci::Index& index);

// The bytes of a blob. corrupt when it is missing, too large, or other bytes than its digest says.
Result<std::string> read_blob(store::Store& store, const Identity& identity, const oci::Descriptor& blob,
                              uint64_t limit);

// The manifest of an entry; corrupt too when it is that of another product or version.
Result<oci::Manifest> read_release(store::Store& store, const Identity& identity,
                                   const oci::Descriptor& entry);

// not_found, with what may have been meant: the product or the version is not published.
tl::unexpected<Error> no_such_product(store::Store& store, const Identity& identity);
tl::unexpected<Error> no_such_version(const oci::Index& index, const Identity& identity,
                                      std::string_view version);

// All products below a domain (or below all, for ""), in order.
Result<std::vector<Identity>> products_in(store::Store& store, std::string_view domain);

}  // namespace mesh::publish
