#include "core/publish/listing.hpp"

#include "core/find/json.hpp"
#include "core/model/version.hpp"
#include "core/publish/described.hpp"

#include <algorithm>
#include <optional>

namespace mesh::publish {
namespace {

using oci::Json;
using namespace std::chrono_literals;

// Of what is told about a product; entries with less are made again when they are looked at.
constexpr uint64_t kFacts = 1;

struct Listing {
  std::optional<store::Token> token;  // none: there is no object yet
  std::string bytes;
  bool usable = false;
  Entries products;
  Json rest = Json::object();  // members we do not know, kept as they are
};

void read_products(Listing& listing) {
  auto document = oci::read_json(listing.bytes);
  auto products = document ? entries_of(*document) : std::nullopt;
  if (!products) return;
  listing.products = std::move(*products);
  for (const char* key : {"schemaVersion", "domain", "products"}) document->members.erase(key);
  listing.rest.members = std::move(document->members);
  listing.usable = true;
}

Result<Listing> read_listing(store::Store& store, const std::string& key) {
  Listing listing;
  auto object = store.get(key, kMaxListing);
  if (!object && object.error().fault == Fault::not_found) return listing;
  if (!object) return pass(std::move(object));
  listing.token = std::move(object->token);
  listing.bytes = std::move(object->bytes);
  read_products(listing);
  if (!listing.usable) listing.products.clear();
  return listing;
}

// What people search for, from the published documents themselves.
void describe_product(store::Store& store, const Identity& identity, const oci::Descriptor& release,
                      Json& entry) {
  for (const char* key :
       {"name", "description", "tags", "owner", "inputPorts", "outputPorts", "contracts", "support", "facts"})
    entry.members.erase(key);
  const auto described = describe(store, identity, release);
  if (!described) return;
  Json facts = find::to_json(*described, find::Extent::brief);
  entry.members.merge(facts.members);
  entry.members.insert_or_assign("facts", Json::number(kFacts));
}

Json string_or_null(std::string_view text) { return text.empty() ? Json{} : Json::string(text); }

}  // namespace

std::optional<Entries> entries_of(const Json& document) {
  const Json* const products = document.find("products");
  const Json* const version = document.find("schemaVersion");
  if (!products || products->kind != Json::Kind::array || !version || version->text != "1")
    return std::nullopt;
  Entries entries;
  for (const Json& entry : products->items) {
    const std::string* const name = entry.string_at("product");
    if (!name) return std::nullopt;
    entries.emplace(*name, entry);
  }
  return entries;
}

std::optional<Json> entry_of(store::Store& store, const Identity& identity, const oci::Index& index,
                             const Json* before) {
  const auto releases = releases_of(index);
  if (releases.empty()) return std::nullopt;
  const oci::Descriptor* shown = index.find(index.head);
  if (!shown || !is_release(*shown)) shown = releases.back();

  Json versions = Json::array(), yanked = Json::array();
  for (const oci::Descriptor* release : releases)
    if (tag_of(*release) != model::kSnapshotTag)
      (is_yanked(*release) ? yanked : versions).items.push_back(Json::string(version_of(*release)));

  Json entry = before ? *before : Json::object();
  const std::string* const known = entry.string_at("digest");
  const Json* const facts = entry.find("facts");
  if (!known || *known != shown->digest || !facts || *facts != Json::number(kFacts))
    describe_product(store, identity, *shown, entry);
  entry.members.insert_or_assign("product", Json::string(identity.product));
  entry.members.insert_or_assign("id", string_or_null(index.id));
  entry.members.insert_or_assign("head", string_or_null(index.head));
  entry.members.insert_or_assign("version", Json::string(version_of(*shown)));
  entry.members.insert_or_assign("digest", Json::string(shown->digest));
  entry.members.insert_or_assign("status", string_or_null(shown->annotation(oci::kStatus)));
  entry.members.insert_or_assign("rev", Json::number(index.rev));
  entry.members.insert_or_assign("versions", std::move(versions));
  entry.members.insert_or_assign("yanked", std::move(yanked));
  return entry;
}

std::string listing_key(std::string_view domain) { return std::string(domain) + "/listing.json"; }

namespace {

size_t values_in(const Json& json) {
  size_t count = 1;
  for (const Json& item : json.items) count += values_in(item);
  for (const auto& [key, member] : json.members) count += values_in(member);
  return count;
}

std::string listing_bytes(std::string_view domain, const Listing& listing) {
  Json document = listing.rest;
  document.members.emplace("schemaVersion", Json::number(1));
  document.members.emplace("domain", Json::string(domain));
  Json entries = Json::array();
  for (const auto& [name, entry] : listing.products) entries.items.push_back(entry);
  document.members.emplace("products", std::move(entries));
  std::string bytes = oci::write_json(document);
  if (bytes.size() <= kMaxListing && values_in(document) <= oci::kMaxValues) return bytes;
  // A listing that nobody would read is worth less than one without columns.
  for (Json& entry : document.members.at("products").items) entry.members.erase("contracts");
  return oci::write_json(document);
}

}  // namespace

Result<void> refresh_listing(store::Store& store, std::string_view domain, std::span<const Identity> products,
                             const Options& options) {
  const std::string key = listing_key(domain);
  const auto deadline = options.clock.now() + options.patience;
  for (;;) {
    auto listing = read_listing(store, key);
    if (!listing) return pass(std::move(listing));
    std::vector<Identity> wanted(products.begin(), products.end());
    if (!listing->usable) {
      auto all = products_in(store, domain);
      if (!all) return pass(std::move(all));
      wanted = std::move(*all);
    }
    for (const Identity& identity : wanted) {
      // The token was read before the index: whoever changes the index now writes the listing after us.
      const auto stored = read_stored(store, identity);
      if (!stored) continue;
      const auto before = listing->products.find(identity.product);
      std::optional<Json> entry;
      if (*stored)
        entry = entry_of(store, identity, (*stored)->index,
                         before == listing->products.end() ? nullptr : &before->second);
      if (entry)
        listing->products.insert_or_assign(identity.product, std::move(*entry));
      else
        listing->products.erase(identity.product);
    }
    const std::string bytes = listing_bytes(domain, *listing);
    if (listing->token && bytes == listing->bytes) return {};
    auto swapped = store.swap(key, listing->token, bytes, {"application/json", store::Caching::no_store});
    if (swapped) return {};
    if (swapped.error().fault != Fault::conflict) return pass(std::move(swapped));
    if (options.is_stopped() || options.clock.now() > deadline)
      return fail(Fault::temporary, "`" + key + "` is written by others all the time");
    options.clock.sleep(20ms);
  }
}

}  // namespace mesh::publish
