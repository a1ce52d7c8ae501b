#include "core/publish/listing.hpp"

#include "core/base/strings.hpp"
#include "core/find/json.hpp"
#include "core/model/version.hpp"
#include "core/publish/described.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <thread>

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
Result<void> describe_product(store::Store& store, const Identity& identity, const oci::Descriptor& release,
                              Json& entry) {
  for (const char* key :
       {"name", "description", "tags", "owner", "inputPorts", "outputPorts", "contracts", "support", "facts"})
    entry.members.erase(key);
  const auto described = describe(store, identity, release);
  if (!described) return tl::unexpected(described.error());
  Json facts = find::to_json(*described, find::Extent::brief);
  entry.members.merge(facts.members);
  entry.members.insert_or_assign("facts", Json::number(kFacts));
  return {};
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
                             const Json* before, std::optional<Error>* missed) {
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
    if (auto described = describe_product(store, identity, *shown, entry); !described && missed)
      *missed = std::move(described).error();
  entry.members.insert_or_assign("product", Json::string(identity.product));
  entry.members.insert_or_assign("id", string_or_null(index.id));
  entry.members.insert_or_assign("head", string_or_null(index.head));
  entry.members.insert_or_assign("version", Json::string(version_of(*shown)));
  entry.members.insert_or_assign("digest", Json::string(shown->digest));
  const auto retired = retirement_of(index);
  entry.members.erase("reason");
  entry.members.erase("replacement");
  entry.members.insert_or_assign("status",
                                 string_or_null(retired ? "retired" : shown->annotation(oci::kStatus)));
  if (retired && !retired->reason.empty())
    entry.members.insert_or_assign("reason", Json::string(retired->reason));
  if (retired && !retired->replacement.empty())
    entry.members.insert_or_assign("replacement", Json::string(retired->replacement));
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

// What we write into an entry: from the index, and from the documents as `facts` counts them.
constexpr std::array<std::string_view, 10> kOurs{"product", "id",  "head",     "version", "digest",
                                                 "status",  "rev", "versions", "reason",  "replacement"};
constexpr std::array<std::string_view, 10> kOurFacts{"facts",     "yanked", "name",       "description",
                                                     "tags",      "owner",  "inputPorts", "outputPorts",
                                                     "contracts", "support"};

bool is_among(std::span<const std::string_view> keys, std::string_view key) {
  return std::ranges::find(keys, key) != keys.end();
}

// Whether the entry says what it should. One of an older version says less; what is not ours does not count,
// and long listings go without contracts.
bool is_in_line(const Json& listed, const Json& fresh) {
  const auto is_as = [&](std::string_view key) {
    const Json* const has = listed.find(key);
    const Json* const should = fresh.find(key);
    return has && should ? *has == *should : has == should;
  };
  if (!std::ranges::all_of(kOurs, is_as)) return false;
  return !listed.find("facts") || std::ranges::all_of(kOurFacts, [&](std::string_view key) {
    return is_as(key) || (key == "contracts" && !listed.find(key));
  });
}

// Members of the entry that others wrote.
void keep_others(const Json& listed, Json& fresh) {
  for (const auto& [key, value] : listed.members)
    if (!is_among(kOurs, key) && !is_among(kOurFacts, key)) fresh.members.insert_or_assign(key, value);
}

// All of them as they are now, from indexes and documents; products whose index cannot be read are `unknown`.
struct Fresh {
  Entries products;
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
  const std::string key = listing_key(domain);
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
    else if (!is_in_line(listed->second, entry))
      problems.push_back("`" + key + "` is out of date about `" + name + "`");
  }
  for (const auto& [name, entry] : listing->products)
    if (!fresh->products.contains(name) && !fresh->unknown.contains(name))
      problems.push_back("`" + key + "` lists `" + printable(name) + "`, of which nothing is published");
  if (problems.empty() && fresh->unknown.empty() && listing->bytes != listing_bytes(domain, *listing))
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
  const std::string key = listing_key(domain);
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
    for (auto& [name, entry] : fresh->products)
      if (const auto before = listing->products.find(name); before != listing->products.end())
        keep_others(before->second, entry);
    const std::string bytes =
        listing_bytes(domain, {{}, {}, true, std::move(fresh->products), listing->rest});
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
    std::optional<Error> missed;  // what is damaged is told by whoever reads it
    const auto note = [&](const std::optional<Error>& error) {
      if (error && error->fault != Fault::corrupt && !missed) missed = error;
    };
    for (const Identity& identity : wanted) {
      // The token was read before the index: whoever changes the index now writes the listing after us.
      const auto stored = read_stored(store, identity);
      if (!stored) note(stored.error());
      if (!stored) continue;
      const auto before = listing->products.find(identity.product);
      std::optional<Json> entry;
      std::optional<Error> of_documents;
      if (*stored)
        entry = entry_of(store, identity, (*stored)->index,
                         before == listing->products.end() ? nullptr : &before->second, &of_documents);
      note(of_documents);
      if (entry)
        listing->products.insert_or_assign(identity.product, std::move(*entry));
      else
        listing->products.erase(identity.product);
    }
    const auto outcome = [&]() -> Result<void> {
      if (!missed) return {};
      return tl::unexpected(std::move(*missed));
    };
    const std::string bytes = listing_bytes(domain, *listing);
    if (listing->token && bytes == listing->bytes) return outcome();
    auto swapped = store.swap(key, listing->token, bytes, {"application/json", store::Caching::no_store});
    if (swapped) return outcome();
    if (swapped.error().fault != Fault::conflict) return pass(std::move(swapped));
    if (options.is_stopped() || options.clock.now() > deadline)
      return fail(Fault::temporary, "`" + key + "` is written by others all the time");
    options.clock.sleep(20ms);
  }
}

}  // namespace mesh::publish
