#include "core/publish/listing.hpp"

#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/oci/json.hpp"
#include "core/publish/document.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <thread>

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
  const auto document = manifest ? read_document(store, identity, *manifest) : std::nullopt;
  if (!document) return;
  const auto keep = [&](const char* key, const std::string& text) {
    if (!text.empty()) entry.members.insert_or_assign(key, Json::string(text));
  };
  keep("name", document->name);
  keep("description", document->description);
  Json tags = Json::array();
  for (const std::string& tag : document->tags) tags.items.push_back(Json::string(tag));
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

namespace {

// All of them as they are now, from indexes and documents; products whose index cannot be read are `unknown`.
struct Fresh {
  std::map<std::string, Json> products;
  std::set<std::string> unknown;
};

Result<Fresh> fresh_entries(store::Store& store, std::string_view domain) {
  const auto all = products_in(store, domain);
  if (!all) return tl::unexpected(all.error());
  Fresh fresh;
  for (const Identity& identity : *all) {
    const auto stored = read_stored(store, identity);
    if (!stored && stored.error().fault != Fault::corrupt) return tl::unexpected(stored.error());
    if (!stored) fresh.unknown.insert(identity.product);
    if (!stored || !*stored) continue;
    if (auto entry = entry_of(store, identity, (*stored)->index, nullptr))
      fresh.products.emplace(identity.product, std::move(*entry));
  }
  return fresh;
}

Result<std::vector<std::string>> problems_now(store::Store& store, std::string_view domain) {
  const std::string key = std::string(domain) + "/listing.json";
  const auto listing = read_listing(store, key);
  if (!listing) return tl::unexpected(listing.error());
  const auto fresh = fresh_entries(store, domain);
  if (!fresh) return tl::unexpected(fresh.error());
  std::vector<std::string> problems;
  if (!listing->token) {
    if (!fresh->products.empty()) problems.push_back("`" + key + "` is missing");
    return problems;
  }
  if (!listing->usable) return std::vector{"`" + key + "` is not a listing"};
  for (const auto& [name, entry] : fresh->products) {
    const auto listed = listing->products.find(name);
    if (listed == listing->products.end())
      problems.push_back("`" + key + "` lacks `" + name + "`");
    else if (!(listed->second == entry))
      problems.push_back("`" + key + "` is out of date about `" + name + "`");
  }
  for (const auto& [name, entry] : listing->products)
    if (!fresh->products.contains(name) && !fresh->unknown.contains(name))
      problems.push_back("`" + key + "` lists `" + printable(name) + "`, of which nothing is published");
  if (problems.empty() && fresh->unknown.empty() && listing->bytes != listing_bytes(domain, fresh->products))
    problems.push_back("`" + key + "` is not written as it is to be");
  return problems;
}

}  // namespace

Result<std::vector<std::string>> listing_problems(store::Store& store, std::string_view domain) {
  auto problems = problems_now(store, domain);
  // A publisher writes the index first and the listing a moment later.
  for (int i = 0; i < 3 && problems && !problems->empty(); ++i) {
    std::this_thread::sleep_for(100ms);
    problems = problems_now(store, domain);
  }
  return problems;
}

Result<Rebuilt> rebuild_listing(store::Store& store, std::string_view domain, const Options& options) {
  const std::string key = std::string(domain) + "/listing.json";
  const auto deadline = options.clock.now() + options.patience;
  for (;;) {
    const auto listing = read_listing(store, key);
    if (!listing) return tl::unexpected(listing.error());
    auto fresh = fresh_entries(store, domain);
    if (!fresh) return pass(std::move(fresh));
    Rebuilt rebuilt{fresh->products.size(), false, {fresh->unknown.begin(), fresh->unknown.end()}};
    // What cannot be read now stays as it was listed.
    for (const std::string& name : fresh->unknown)
      if (const auto before = listing->products.find(name); before != listing->products.end())
        fresh->products.insert(*before);
    const std::string bytes = listing_bytes(domain, fresh->products);
    rebuilt.changed = !listing->token || bytes != listing->bytes;
    if (!rebuilt.changed || options.dry_run) return rebuilt;
    auto swapped = store.swap(key, listing->token, bytes, {"application/json", store::Caching::no_store});
    if (swapped) return rebuilt;
    if (swapped.error().fault != Fault::conflict) return pass(std::move(swapped));
    if (options.is_stopped() || options.clock.now() > deadline)
      return fail(Fault::temporary, "`" + key + "` is written by others all the time");
    options.clock.sleep(20ms);
  }
}

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
