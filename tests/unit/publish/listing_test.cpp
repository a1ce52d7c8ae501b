#include "core/publish/listing.hpp"

#include "core/publish/described.hpp"
#include "core/publish/published_products.hpp"
#include "tests/unit/publish/sample.hpp"

#include <fstream>

namespace mesh::publish {
namespace {

constexpr const char* kContract = R"(apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
servers: [{server: s, type: local, path: a.csv, format: csv}]
schema:
  - name: orders
    properties:
      - {name: order_id, logicalType: string, required: true, primaryKey: true, classification: internal}
slaProperties: [{property: latency, value: 4, unit: h}]
)";

constexpr store::Put kPut{};

void publish(store::Store& store, const TempFolder& folder, const std::string& version) {
  const Release release = release_of(folder, version, orders(kContract));
  REQUIRE(apply(store, release, options()).action == Action::created);
  const std::vector<Identity> products{release.identity};
  REQUIRE(refresh_listing(store, "sales", products, options()));
}

std::string listing_in(store::Store& store) { return store.get("sales/listing.json", kMaxListing)->bytes; }

bool all_domains(std::string_view) { return true; }

Shelf read_all(store::Store& store, const ListingCache& cache = ListingCache("")) {
  return read_products(store, cache, all_domains);
}

TEST_CASE("a listing tells what is searched for, columns included") {
  const TempFolder folder;
  const auto store = store::memory_store();
  publish(*store, folder, "1.0.0");
  publish(*store, folder, "1.1.0");
  const Shelf shelf = read_all(*store);
  CHECK(shelf.notes.empty());
  CHECK(shelf.failures.empty());
  REQUIRE(shelf.products.size() == 1);
  const find::Product& product = shelf.products[0];
  CHECK(product.address() == "sales/orders");
  CHECK(product.version == "1.1.0");
  CHECK(product.description == "all orders");
  REQUIRE(product.releases.size() == 2);
  CHECK(product.releases[0].version == "1.1.0");
  REQUIRE(product.contracts.size() == 1);
  REQUIRE(product.contracts[0].tables.size() == 1);
  const find::Column& column = product.contracts[0].tables[0].columns.at(0);
  CHECK(column.name == "order_id");
  CHECK(column.primary_key);
  CHECK(column.classification == "internal");
  CHECK(product.contracts[0].levels.at(0).value == "4");
}

TEST_CASE("what others wrote into a listing stays, and an older listing gets what it lacks") {
  const TempFolder folder;
  const auto store = store::memory_store();
  publish(*store, folder, "1.0.0");
  auto object = store->get("sales/listing.json", kMaxListing);
  auto json = oci::read_json(object->bytes);
  REQUIRE(json);
  oci::Json& entry = json->members.at("products").items.at(0);
  for (const char* key : {"facts", "contracts", "yanked", "outputPorts"}) entry.members.erase(key);
  entry.members.emplace("theirs", oci::Json::string("kept"));
  json->members.emplace("alsoTheirs", oci::Json::string("kept"));
  REQUIRE(store->swap("sales/listing.json", object->token, oci::write_json(*json), kPut));
  CHECK(listing_problems(*store, "sales")->empty());
  const Identity identity{"sales", "orders"};
  REQUIRE(refresh_listing(*store, "sales", std::span(&identity, 1), options()));
  const auto after = oci::read_json(listing_in(*store));
  REQUIRE(after);
  CHECK(*after->string_at("alsoTheirs") == "kept");
  CHECK(*after->find("products")->items.at(0).string_at("theirs") == "kept");
  CHECK(read_all(*store).products.at(0).contracts.size() == 1);
  CHECK(listing_problems(*store, "sales")->empty());
  CHECK_FALSE(rebuild_listing(*store, "sales", options())->changed);
}

TEST_CASE("where a listing is missing or none, products are read one by one") {
  const TempFolder folder;
  const auto store = store::memory_store();
  publish(*store, folder, "1.0.0");
  for (const char* bytes : {"", "[", "{}", R"({"schemaVersion": 2, "products": []})",
                            R"({"schemaVersion": 1, "products": [{"name": "x"}]})"}) {
    const auto object = store->get("sales/listing.json", kMaxListing);
    REQUIRE(store->swap("sales/listing.json", object->token, bytes, kPut));
    const Shelf shelf = read_all(*store);
    CHECK(shelf.notes.size() == 1);
    REQUIRE(shelf.products.size() == 1);
    CHECK(shelf.products[0].contracts.size() == 1);
  }
  REQUIRE(store->remove("sales/listing.json"));
  CHECK(read_all(*store).products.size() == 1);
}

TEST_CASE("an entry that cannot be a product's is told and left out") {
  const auto store = store::memory_store();
  REQUIRE(store->create("sales/listing.json",
                        R"({"schemaVersion": 1, "domain": "other", "products": [
      {"product": "../../etc"}, {"product": "good", "tags": "no list", "versions": [1, "x", "1.0.0"],
       "contracts": [null, {"schema": [{"properties": [7, {"name": ["x"]}]}]}]}]})",
                        kPut));
  const Shelf shelf = read_all(*store);
  CHECK(shelf.notes.size() == 1);
  REQUIRE(shelf.products.size() == 1);
  CHECK(shelf.products[0].address() == "sales/good");
  CHECK(shelf.products[0].releases.size() == 1);
}

TEST_CASE("a cached listing is used until the token is another; a damaged one costs nothing") {
  const TempFolder folder, home;
  const auto store = store::memory_store();
  publish(*store, folder, "1.0.0");
  const ListingCache cache(home / "mesh");
  CHECK_FALSE(cache.find(store->url(), "sales"));
  CHECK(read_all(*store, cache).products.at(0).version == "1.0.0");
  auto kept = cache.find(store->url(), "sales");
  REQUIRE(kept);
  CHECK(kept->bytes == listing_in(*store));
  CHECK_FALSE(cache.find(store->url() + "x", "sales"));
  CHECK_FALSE(cache.find(store->url(), "sale"));
  // What is kept under the store's token is believed.
  kept->bytes = R"({"schemaVersion": 1, "products": [{"product": "of-the-cache"}]})";
  cache.keep(store->url(), "sales", *kept);
  CHECK(read_all(*store, cache).products.at(0).key == "of-the-cache");
  publish(*store, folder, "1.1.0");
  CHECK(read_all(*store, cache).products.at(0).version == "1.1.0");
  for (const auto& file : std::filesystem::directory_iterator(home / "mesh")) {
    const auto whole = read_file(file.path().string());
    for (size_t size = 0; size < whole->size(); size += 7) {
      std::ofstream(file.path()) << whole->substr(0, size);
      CHECK_FALSE(cache.find(store->url(), "sales"));
    }
  }
  CHECK(read_all(*store, cache).products.at(0).version == "1.1.0");
}

TEST_CASE("one release is read with its servers, and damage is told") {
  const TempFolder folder;
  const auto store = store::memory_store();
  publish(*store, folder, "1.0.0");
  publish(*store, folder, "1.1.0");
  const auto product = read_published(*store, {{"sales", "orders"}, "1.0.0"});
  REQUIRE(product);
  CHECK(product->version == "1.0.0");
  CHECK(product->contracts.at(0).servers.at(0).field("path") == "a.csv");
  CHECK(product->releases.size() == 2);
  CHECK(read_published(*store, {{"sales", "other"}, ""}).error().fault == Fault::not_found);
  CHECK(read_published(*store, {{"sales", "orders"}, "9.0.0"}).error().fault == Fault::not_found);
  const auto keys = store->list("sales/orders/blobs/");
  REQUIRE(keys);
  for (const std::string& key : *keys) REQUIRE(store->remove(key));
  CHECK(read_published(*store, {{"sales", "orders"}, ""}).error().fault == Fault::corrupt);
}

}  // namespace
}  // namespace mesh::publish
