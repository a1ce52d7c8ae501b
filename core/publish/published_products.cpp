#include "core/publish/published_products.hpp"

#include "core/base/parallel.hpp"
#include "core/base/strings.hpp"
#include "core/find/json.hpp"
#include "core/model/read.hpp"
#include "core/publish/listing.hpp"

#include <algorithm>

namespace mesh::publish {
namespace {

constexpr unsigned kReaders = 8;  // they mostly wait for the far side

class DomainReader {
 public:
  DomainReader(store::Store& store, const ListingCache& cache, const std::string& domain, Shelf& shelf)
      : store_(store), cache_(cache), domain_(domain), shelf_(shelf) {}

  void run() {
    const auto listing = read();
    if (!listing && listing.error().fault == Fault::not_found) return read_one_by_one("");
    if (!listing && listing.error().fault == Fault::corrupt) return read_one_by_one(listing.error().message);
    if (!listing) return shelf_.failures.push_back(listing.error());
    const auto rest =
        each_entry(*listing, [this](const std::string& name, const oci::Json& entry) { add(name, entry); });
    if (!rest) {
      shelf_ = {};
      return read_one_by_one(rest.error().message);
    }
    std::ranges::sort(shelf_.products, {}, &find::Product::key);
  }

 private:
  Result<std::string> read() {
    const std::string key = listing_key(domain_), url = store_.url();
    auto kept = cache_.find(url, domain_);
    auto object = kept ? store_.get_unless(kept->token, key, kMaxListing)
                       : store_.get(key, kMaxListing).map([](store::Object&& read) {
                           return std::optional(std::move(read));
                         });
    if (!object) return pass(std::move(object));
    if (!*object) return std::move(kept->bytes);
    cache_.keep(url, domain_, **object);
    return std::move((*object)->bytes);
  }

  void add(const std::string& name, const oci::Json& entry) {
    if (!check_identity({domain_, name}))
      return shelf_.notes.push_back("`" + printable(listing_key(domain_)) + "` has an entry `" +
                                    printable(name.substr(0, 64)) +
                                    "`, which cannot be the name of a product");
    find::Product product = find::from_json(entry);
    product.domain = domain_;
    product.key = name;
    shelf_.products.push_back(std::move(product));
  }

  void read_one_by_one(const std::string& why) {
    const auto identities = products_in(store_, domain_);
    if (!identities) return shelf_.failures.push_back(identities.error());
    // A folder that holds no product is none of ours.
    if (identities->empty()) return;
    shelf_.notes.push_back("`" + listing_key(domain_) + "` " +
                           (why.empty() ? "is missing" : "cannot be used: " + printable(why)) +
                           "; the products were read one by one");
    for (const Identity& identity : *identities) {
      const auto stored = read_stored(store_, identity);
      if (!stored) {
        shelf_.failures.push_back(stored.error());
        continue;
      }
      const auto entry = *stored ? entry_of(store_, identity, (*stored)->index, nullptr) : std::nullopt;
      if (entry) add(identity.product, *entry);
    }
  }

  store::Store& store_;
  const ListingCache& cache_;
  const std::string& domain_;
  Shelf& shelf_;
};

}  // namespace

Shelf read_products(store::Store& store, const ListingCache& cache,
                    const std::function<bool(std::string_view domain)>& is_wanted) {
  Shelf all;
  auto domains = store.top_folders();
  if (!domains) {
    all.failures.push_back(std::move(domains).error());
    return all;
  }
  std::erase_if(*domains, [&](const std::string& name) {
    return !model::is_slug(name) || model::is_reserved(name) || !is_wanted(name);
  });
  std::vector<Shelf> shelves(domains->size());
  for_each_index(domains->size(), std::max(kReaders, core_count()),
                 [&](size_t i) { DomainReader(store, cache, (*domains)[i], shelves[i]).run(); });
  for (Shelf& shelf : shelves) {
    std::ranges::move(shelf.products, std::back_inserter(all.products));
    std::ranges::move(shelf.notes, std::back_inserter(all.notes));
    std::ranges::move(shelf.failures, std::back_inserter(all.failures));
  }
  return all;
}

}  // namespace mesh::publish
