#pragma once

#include "core/find/product.hpp"
#include "core/publish/listing_cache.hpp"
#include "core/store/store.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mesh::publish {

// What a target holds, for those who look for something.
struct Shelf {
  std::vector<find::Product> products;  // by domain and name, each as its newest release tells of it
  std::vector<std::string> notes;       // what was not as it should be, and did no harm
  std::vector<Error> failures;          // why products are missing
};

// From the listings of all domains, or of those that are wanted, read in parallel. Where a domain has no
// listing that can be read, its products are read one by one. Listings are not signed: they serve to find,
// not to trust.
Shelf read_products(store::Store& store, const ListingCache& cache,
                    const std::function<bool(std::string_view domain)>& is_wanted);

}  // namespace mesh::publish
