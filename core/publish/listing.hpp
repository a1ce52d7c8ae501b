#pragma once

#include "core/publish/publish.hpp"
#include "core/store/store.hpp"

#include <span>
#include <string>

// `<domain>/listing.json`, one entry a product, so that a search reads one object a domain. Derived from the
// indexes and the documents they lead to; whatever happens to it, it can be made again.
namespace mesh::publish {

// Brings the entries of these products of one domain in line with their indexes; all of the domain's when
// there is no usable listing yet. Writes nothing when it is in line.
Result<void> refresh_listing(store::Store& store, std::string_view domain, std::span<const Identity> products,
                             const Options& options);

}  // namespace mesh::publish
