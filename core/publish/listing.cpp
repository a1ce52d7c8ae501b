#include "core/publish/listing.hpp"

#include "core/model/version.hpp"
#include "core/oci/json.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace mesh::publish {
namespace {

using oci::Json;
using namespace std::chrono_literals;

constexpr uint64_t kMaxListing = 64u << 20;

struct Listing {
  std::optional<store::Token> token;  // none: there is no object yet
  std::string bytes;
  bool usable = false;
  std::map<std::string, Json> products;  // by name
};

// Its shape is ours alone, so anything else is made again.
void read_products(Listing& listing) {
  const auto document = oci::read_json(listing.bytes);
  const Json* const products = document ? document->find("products") : nullptr;
  const Json* const version = document ? document->find("schemaVersion") : nullptr;
  if (!products || products->kind != Json::Kind::array || !version || version->text != "1") return;
  for (const Json& entry : products->items) {
    const std::string* const name = entry.string_at("product");
    if (!name) return;
    listing.products.emplace(*name, entry);
  }
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

// What people search for, from the published document itself.
void describe_product(store::Store& store, const Identity& identity, const oci::Descriptor& release,
                      Json& entry) {
  const auto manifest = read_release(store, identity, release);
  if (!manifest) return;
  const auto layer = std::ranges::find(manifest->layers, oci::kOdpsType, &oci::Descriptor::media_type);
  if (layer == manifest->layers.end()) return;
  auto bytes = read_blob(store, identity, *layer, kMaxFile);
  if (!bytes) return;
  const Source source{std::string(oci::title_of(*layer)), std::move(*bytes)};
  Findings findings;
  const auto documents = yaml::read(source, findings);
  if (documents.empty() || !documents.front().root().is_mapping()) return;
  const yaml::Node root = documents.front().root();
  const auto keep = [&](const char* key, const std::optional<yaml::Node>& node) {
    if (node && node->is_string()) entry.members.insert_or_assign(key, Json::string(node->text()));
  };
  keep("name", root.find("name"));
  const auto description = root.find("description");
  keep("description", description && description->is_mapping() ? description->find("purpose") : description);
  Json tags = Json::array();
  if (const auto given = root.find("tags"); given && given->is_sequence())
    for (uint32_t i = 0; i < given->size(); ++i)
      if (given->item(i).is_string()) tags.items.push_back(Json::string(given->item(i).text()));
  if (!tags.items.empty()) entry.members.insert_or_assign("tags", std::move(tags));
}

Json string_or_null(std::string_view text) { return text.empty() ? Json{} : Json::string(text); }

// nullopt: nothing of it is published (any more). `before` spares reading a document that was read for it.
std::optional<Json> entry_of(store::Store& store, const Identity& identity, const oci::Index& index,
                             const Json* before) {
  const auto releases = releases_of(index);
  if (releases.empty()) return std::nullopt;
  const oci::Descriptor* shown = index.find(index.head);
  if (!shown || !is_release(*shown)) shown = releases.back();

  Json versions = Json::array();
  for (const oci::Descriptor* release : releases)
    if (tag_of(*release) != model::kSnapshotTag && !is_yanked(*release))
      versions.items.push_back(Json::string(version_of(*release)));

  Json entry = Json::object();
  const std::string* const known = before ? before->string_at("digest") : nullptr;
  if (known && *known == shown->digest) {
    for (const char* key : {"name", "description", "tags"})
      if (const Json* const value = before->find(key)) entry.members.emplace(key, *value);
  } else {
    describe_product(store, identity, *shown, entry);
  }
  entry.members.insert_or_assign("product", Json::string(identity.product));
  entry.members.insert_or_assign("id", string_or_null(index.id));
  entry.members.insert_or_assign("head", string_or_null(index.head));
  entry.members.insert_or_assign("version", Json::string(version_of(*shown)));
  entry.members.insert_or_assign("digest", Json::string(shown->digest));
  const auto retired = retirement_of(index);
  entry.members.insert_or_assign("status",
                                 string_or_null(retired ? "retired" : shown->annotation(oci::kStatus)));
  if (retired && !retired->reason.empty())
    entry.members.insert_or_assign("reason", Json::string(retired->reason));
  if (retired && !retired->replacement.empty())
    entry.members.insert_or_assign("replacement", Json::string(retired->replacement));
  entry.members.insert_or_assign("rev", Json::number(index.rev));
  entry.members.insert_or_assign("versions", std::move(versions));
  return entry;
}

std::string listing_bytes(std::string_view domain, const std::map<std::string, Json>& products) {
  Json document = Json::object();
  document.members.emplace("schemaVersion", Json::number(1));
  document.members.emplace("domain", Json::string(domain));
  Json entries = Json::array();
  for (const auto& [name, entry] : products) entries.items.push_back(entry);
  document.members.emplace("products", std::move(entries));
  return oci::write_json(document);
}

}  // namespace

Result<void> refresh_listing(store::Store& store, std::string_view domain, std::span<const Identity> products,
                             const Options& options) {
  const std::string key = std::string(domain) + "/listing.json";
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
    const std::string bytes = listing_bytes(domain, listing->products);
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
