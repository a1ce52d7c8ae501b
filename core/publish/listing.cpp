#include "core/publish/listing.hpp"

#include "core/base/strings.hpp"
#include "core/find/json.hpp"
#include "core/model/read.hpp"
#include "core/model/version.hpp"
#include "core/publish/described.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <thread>
#include <utility>

namespace mesh::publish {
namespace {

using oci::Json;
using namespace std::chrono_literals;

// Of what is told about a product; entries with less are made again when they are looked at.
constexpr uint64_t kFacts = 1;

// What people search for, from the published documents themselves.
Result<void> describe_product(store::Store& store, const Identity& identity, const oci::Descriptor& release,
                              const Release* made, Json& entry) {
  for (const char* key :
       {"name", "description", "tags", "owner", "inputPorts", "outputPorts", "contracts", "support", "facts"})
    entry.members.erase(key);
  const bool is_here = made && made->digest == release.digest;
  const auto described = is_here ? describe(*made) : describe(store, identity, release);
  if (!described) return tl::unexpected(described.error());
  Json facts = find::to_json(*described, find::Extent::brief);
  entry.members.merge(facts.members);
  entry.members.insert_or_assign("facts", Json::number(kFacts));
  return {};
}

Json string_or_null(std::string_view text) { return text.empty() ? Json{} : Json::string(text); }

}  // namespace

std::optional<Json> entry_of(store::Store& store, const Identity& identity, const oci::Index& index,
                             const Json* before, const Release* made, std::optional<Error>* missed) {
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
    if (auto described = describe_product(store, identity, *shown, made, entry); !described && missed)
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

namespace {

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

// With the members of the entry before that others wrote.
Packed with_others(const Packed& before, const Packed& fresh) {
  if (before == fresh) return fresh;
  Json entry = entry_in(fresh);
  for (const auto& [key, value] : entry_in(before).members)
    if (!is_among(kOurs, key) && !is_among(kOurFacts, key)) entry.members.insert_or_assign(key, value);
  return Packed(oci::write_json(entry));
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
      fresh.products.emplace(identity.product, oci::write_json(*entry));
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
    else if (listed->second != entry && !is_in_line(entry_in(listed->second), entry_in(entry)))
      problems.push_back("`" + key + "` is out of date about `" + name + "`");
  }
  for (const auto& [name, entry] : listing->products)
    if (!fresh->products.contains(name) && !fresh->unknown.contains(name))
      problems.push_back("`" + key + "` lists `" + printable(name) + "`, of which nothing is published");
  if (problems.empty() && fresh->unknown.empty() &&
      !listing->is(listing_text(domain, listing->rest, listing->products)))
    problems.push_back("`" + key + "` is not written as it is to be");
  return problems;
}

}  // namespace

Result<std::vector<std::string>> listed_domains(store::Store& store, const std::set<std::string>& known) {
  const auto folders = store.top_folders();
  if (!folders) return tl::unexpected(folders.error());
  std::vector<std::string> domains;
  for (const std::string& name : *folders) {
    if (!model::is_slug(name) || model::is_reserved(name) || known.contains(name)) continue;
    const auto listing = read_listing(store, listing_key(name));
    if (!listing) return tl::unexpected(listing.error());
    if (listing->token) domains.push_back(name);
  }
  return domains;
}

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
        entry = with_others(before->second, entry);
    const Pieces text = listing_text(domain, listing->rest, fresh->products);
    rebuilt.changed = !listing->is(text);
    if (!rebuilt.changed || options.dry_run) return rebuilt;
    auto swapped =
        store.swap_pieces(key, listing->token, text, {"application/json", store::Caching::no_store});
    if (swapped) return rebuilt;
    if (swapped.error().fault != Fault::conflict) return pass(std::move(swapped));
    if (options.is_stopped() || options.clock.now() > deadline)
      return fail(Fault::temporary, "`" + key + "` is written by others all the time");
    options.clock.sleep(20ms);
  }
}

namespace {

uint64_t rev_in(const Json& entry) {
  const Json* const rev = entry.find("rev");
  uint64_t number = 0;
  if (rev) std::from_chars(rev->text.data(), rev->text.data() + rev->text.size(), number);
  return number;
}

// Lists products of a domain, and keeps the first reason why something could not be read. What is damaged is
// told by whoever reads it.
class Lister {
 public:
  Lister(store::Store& store, Entries& products) : store_(store), products_(products) {}

  void list(const Change& change) {
    const auto before = products_.find(change.identity.product);
    const uint64_t listed = before == products_.end() ? 0 : rev_in(entry_in(before->second));
    // A later index may be known to who wrote the listing, or of one that is gone.
    if (change.rev == 0 || listed > change.rev) return list_anew(change.identity);
    if (!change.entry.empty())
      products_.insert_or_assign(change.identity.product, before == products_.end()
                                                              ? change.entry
                                                              : with_others(before->second, change.entry));
    else if (listed < change.rev)
      list_anew(change.identity);
  }

  // From the index that is there now; what cannot be read stays as it is listed.
  void list_anew(const Identity& identity) {
    const auto stored = read_stored(store_, identity);
    if (!stored) return note(stored.error());
    const auto before = products_.find(identity.product);
    const std::optional<Json> listed =
        before == products_.end() ? std::nullopt : std::optional(entry_in(before->second));
    std::optional<Json> entry;
    std::optional<Error> of_documents;
    if (*stored)
      entry =
          entry_of(store_, identity, (*stored)->index, listed ? &*listed : nullptr, nullptr, &of_documents);
    if (of_documents) note(*of_documents);
    if (entry)
      products_.insert_or_assign(identity.product, Packed(oci::write_json(*entry)));
    else
      products_.erase(identity.product);
  }

  Result<void> outcome() const { return missed_ ? Result<void>(tl::unexpected(*missed_)) : Result<void>{}; }

 private:
  void note(const Error& error) {
    if (error.fault != Fault::corrupt && !missed_) missed_ = error;
  }

  store::Store& store_;
  Entries& products_;
  std::optional<Error> missed_;
};

}  // namespace

Result<void> refresh_listing(store::Store& store, std::string_view domain, std::span<const Change> changes,
                             const Options& options) {
  const std::string key = listing_key(domain);
  const auto deadline = options.clock.now() + options.patience;
  for (;;) {
    // Whoever changes an index from here on writes the listing after us.
    auto listing = read_listing(store, key);
    if (!listing) return pass(std::move(listing));
    Lister lister(store, listing->products);
    if (!listing->usable) {
      const auto all = products_in(store, domain);
      if (!all) return tl::unexpected(all.error());
      std::set<std::string_view> known;
      for (const Change& change : changes) known.insert(change.identity.product);
      for (const Identity& identity : *all)
        if (!known.contains(identity.product)) lister.list_anew(identity);
    }
    for (const Change& change : changes) lister.list(change);
    const Pieces text = listing_text(domain, listing->rest, listing->products);
    if (listing->is(text)) return lister.outcome();
    auto swapped =
        store.swap_pieces(key, listing->token, text, {"application/json", store::Caching::no_store});
    if (swapped) return lister.outcome();
    if (swapped.error().fault != Fault::conflict) return pass(std::move(swapped));
    if (options.is_stopped() || options.clock.now() > deadline)
      return fail(Fault::temporary, "`" + key + "` is written by others all the time");
    options.clock.sleep(20ms);
  }
}

Result<void> refresh_listing(store::Store& store, std::string_view domain, std::span<const Identity> products,
                             const Options& options) {
  std::vector<Change> changes;
  for (const Identity& identity : products) changes.push_back({identity});
  return refresh_listing(store, domain, changes, options);
}

}  // namespace mesh::publish
