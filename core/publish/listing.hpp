#pragma once

#include "core/oci/json.hpp"
#include "core/publish/listing_document.hpp"
#include "core/publish/publish.hpp"
#include "core/store/store.hpp"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// `<domain>/listing.json`, one entry a product, so that a search reads one object a domain. Derived from the
// indexes and the documents they lead to; whatever happens to it, it can be made again.
namespace mesh::publish {

// The entry that a product should have; nothing when no release of it is published. `before` is the one it
// has: what is not ours in it stays, and a document that was read for it is not read again. `made`: the
// release that was just published, whose files are here and need not be fetched. `missed`: why it lacks what
// its documents say, if it does.
std::optional<oci::Json> entry_of(store::Store& store, const Identity& identity, const oci::Index& index,
                                  const oci::Json* before, const Release* made = nullptr,
                                  std::optional<Error>* missed = nullptr);

// What is known of a product.
struct Change {
  Identity identity;
  uint64_t rev = 0;  // of its index; 0: its index is to be read
  // What is to be listed for it; empty: what its index says, where the listing is behind.
  Packed entry = {};
};

// Brings the entries of these products of one domain in line with their indexes; all of the domain's when
// there is no usable listing yet. What others have listed of a later index stays. Writes nothing when it is
// in line. An error also when the store did not let some be read; the others are written then.
Result<void> refresh_listing(store::Store& store, std::string_view domain, std::span<const Change> changes,
                             const Options& options);
Result<void> refresh_listing(store::Store& store, std::string_view domain, std::span<const Identity> products,
                             const Options& options);

struct Rebuilt {
  size_t products = 0;
  bool changed = false;
  std::vector<std::string> unreadable;  // products whose index cannot be read; they stay as they were listed
};

// Makes the listing of a domain again from all its indexes and documents.
Result<Rebuilt> rebuild_listing(store::Store& store, std::string_view domain, const Options& options);

// The domains that have a listing, but for those in `known`. A listing outlives what it lists when somebody
// takes that away.
Result<std::vector<std::string>> listed_domains(store::Store& store, const std::set<std::string>& known);

// How the listing of a domain differs from its indexes, a sentence each.
Result<std::vector<std::string>> listing_problems(store::Store& store, std::string_view domain);

}  // namespace mesh::publish
