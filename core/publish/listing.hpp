#pragma once

#include "core/publish/publish.hpp"
#include "core/store/store.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

// `<domain>/listing.json`, one entry a product, so that a search reads one object a domain. Derived from the
// indexes and the documents they lead to; whatever happens to it, it can be made again.
namespace mesh::publish {

// Brings the entries of these products of one domain in line with their indexes; all of the domain's when
// there is no usable listing yet. Writes nothing when it is in line.
Result<void> refresh_listing(store::Store& store, std::string_view domain, std::span<const Identity> products,
                             const Options& options);

struct Rebuilt {
  size_t products = 0;
  bool changed = false;
  std::vector<std::string> unreadable;  // products whose index cannot be read; they stay as they were listed
};

// Makes the listing of a domain again from all its indexes and documents.
Result<Rebuilt> rebuild_listing(store::Store& store, std::string_view domain, const Options& options);

// How the listing of a domain differs from its indexes, a sentence each.
Result<std::vector<std::string>> listing_problems(store::Store& store, std::string_view domain);

}  // namespace mesh::publish
