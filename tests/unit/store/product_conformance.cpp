#include "tests/unit/store/product_conformance.hpp"

#include "core/oci/artifact.hpp"
#include "core/oci/index.hpp"
#include "core/oci/layout.hpp"
#include "core/oci/manifest.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

namespace mesh::test {
namespace {

using oci::Descriptor;
using oci::Index;
using store::Created;
using store::Put;
using store::Store;
using store::Token;

constexpr uint64_t kLimit = 64 << 20;
constexpr Put kIndex{oci::kIndexType, store::Caching::no_store};
constexpr Put kListing{"application/json", store::Caching::no_store};
const std::string kProduct = "sales/orders";

template <class T>
bool failed(const Result<T>& result, Fault fault) {
  return !result && result.error().fault == fault && !result.error().message.empty();
}

void put(Store& store, const Descriptor& blob, std::string_view bytes,
         const std::string& product = kProduct) {
  const auto created = store.create(oci::blob_key(product, blob.digest), bytes, {blob.media_type});
  REQUIRE_MESSAGE(created, created.error().message);
}

// Puts all of a release but its entry, which it answers.
Descriptor release(Store& store, const std::string& version, const std::string& product = kProduct) {
  Descriptor layer = oci::describe(oci::kMarkdownType, "about " + version);
  layer.annotations.emplace(oci::kTitle, "README.md");
  put(store, layer, "about " + version, product);
  put(store, oci::describe(oci::kEmptyType, oci::kEmptyConfig), oci::kEmptyConfig, product);
  const std::string manifest = oci::manifest_bytes({"sales", "orders", version, {layer}});
  Descriptor entry = oci::describe(oci::kManifestType, manifest);
  put(store, entry, manifest, product);
  entry.rest.members.emplace("artifactType", oci::Json::string(oci::kProductType));
  entry.annotations = {{std::string(oci::kRefName), version}, {std::string(oci::kStatus), "active"}};
  return entry;
}

struct Read {
  Index index;
  std::optional<Token> token;
};

Read read(Store& store, const std::string& product = kProduct) {
  const auto object = store.get(oci::index_key(product), kLimit);
  if (!object) {
    CHECK_MESSAGE(object.error().fault == Fault::not_found, object.error().message);
    return {};
  }
  auto index = oci::read_index(object->bytes);
  REQUIRE(index);
  return {std::move(*index), object->token};
}

Result<Token> swap(Store& store, const std::optional<Token>& expected, Index index,
                   const std::string& product = kProduct) {
  ++index.rev;
  index.id = "urn:shop:orders";
  return store.swap(oci::index_key(product), expected, oci::index_bytes(index), kIndex);
}

// As publishers do it: again and again until it is in.
bool publish(Store& store, const std::string& version) {
  const Descriptor entry = release(store, version);
  for (int i = 0; i < 200; ++i) {
    Read now = read(store);
    if (const Descriptor* const there = now.index.find(version)) return there->digest == entry.digest;
    now.index.put(entry);
    const auto swapped = swap(store, now.token, now.index);
    if (swapped) return true;
    if (swapped.error().fault != Fault::conflict) {
      MESSAGE(swapped.error().message);
      return false;
    }
  }
  return false;
}

void annotate(Index& index, std::string_view tag, std::string_view name, std::string_view text) {
  for (Descriptor& entry : index.manifests)
    if (entry.annotation(oci::kRefName) == tag) entry.annotations[std::string(name)] = text;
}

std::set<std::string> tags_of(const Index& index) {
  std::set<std::string> tags;
  for (const Descriptor& entry : index.manifests) tags.emplace(entry.annotation(oci::kRefName));
  return tags;
}

void in_threads(unsigned count, const std::function<void(unsigned)>& work) {
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < count; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
}

void check_blobs(Store& store) {
  std::string large(5 << 20, '\0');
  for (size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 2654435761u >> 13);
  for (const std::string& bytes :
       {std::string("bytes"), std::string("\0\r\n\xff", 4), std::string(), large}) {
    const std::string key = oci::blob_key(kProduct, oci::digest_of(bytes));
    CHECK(failed(store.get(key, kLimit), Fault::not_found));
    CHECK(store.create(key, bytes, {}) == Created::now);
    CHECK(store.create(key, bytes, {}) == Created::already_there);
    const auto object = store.get(key, bytes.size());
    REQUIRE(object);
    CHECK((object->bytes == bytes));
    if (!bytes.empty()) CHECK(failed(store.get(key, bytes.size() - 1), Fault::corrupt));
  }
  const Descriptor entry = release(store, "1.0.0");
  const auto manifest = store.get(oci::blob_key(kProduct, entry.digest), entry.size);
  REQUIRE(manifest);
  CHECK(oci::digest_of(manifest->bytes) == entry.digest);
  CHECK(oci::read_manifest(manifest->bytes)->version == "1.0.0");
}

void check_indexes(Store& store) {
  CHECK(failed(store.get(oci::index_key(kProduct), kLimit), Fault::not_found));
  const Descriptor first = release(store, "1.0.0"), second = release(store, "1.1.0+a");
  Index index;
  index.put(first);
  CHECK(failed(swap(store, Token("none"), index), Fault::conflict));
  CHECK_FALSE(read(store).token);
  const auto one = swap(store, std::nullopt, index);
  REQUIRE_MESSAGE(one, one.error().message);
  CHECK(failed(swap(store, std::nullopt, index), Fault::conflict));
  CHECK(read(store).token == *one);
  CHECK(read(store).index.rev == 1);
  CHECK(read(store).index.id == "urn:shop:orders");
  CHECK(*read(store).index.find("1.0.0") == first);

  index = read(store).index;
  Descriptor tagged = second;
  tagged.annotations[std::string(oci::kRefName)] = "1.1.0_a";
  index.put(tagged);
  annotate(index, "1.0.0", oci::kStatus, "yanked");
  annotate(index, "1.0.0", oci::kReason, "wrong \"column\" \xc3\xa9");
  index.annotations["vnd.mesh.status"] = "retired";
  const auto two = swap(store, one.value(), index);
  REQUIRE_MESSAGE(two, two.error().message);
  CHECK(*two != *one);
  for (const Token& old : {*one, Token(""), Token("x")})
    CHECK(failed(swap(store, old, index), Fault::conflict));
  const Read now = read(store);
  CHECK(now.token == *two);
  CHECK(now.index.rev == 2);
  CHECK(*now.index.find("1.1.0_a") == tagged);
  CHECK(now.index.find("1.0.0")->annotations == index.find("1.0.0")->annotations);
  CHECK(now.index.annotations.at("vnd.mesh.status") == "retired");
  CHECK_FALSE(store.get_unless(*two, oci::index_key(kProduct), kLimit)->has_value());
  CHECK(store.get_unless(*one, oci::index_key(kProduct), kLimit)->has_value());
}

void check_tokens(Store& store) {
  Index index;
  index.put(release(store, "1.0.0"));
  auto token = swap(store, std::nullopt, index);
  REQUIRE_MESSAGE(token, token.error().message);
  std::vector<Token> seen;
  for (int i = 0; i < 8; ++i) {
    seen.push_back(*token);
    index = read(store).index;
    annotate(index, "1.0.0", oci::kStatus, i % 2 == 0 ? "yanked" : "active");
    token = swap(store, seen.back(), index);
    REQUIRE_MESSAGE(token, token.error().message);
    CHECK(std::ranges::find(seen, *token) == seen.end());
  }
  for (const Token& old : seen) CHECK(failed(swap(store, old, index), Fault::conflict));
}

// A tag that names another manifest from now on.
void check_snapshots(Store& store) {
  Index index;
  for (const char* version : {"1.0.0", "1.0.1", "1.0.2"}) {
    Descriptor entry = release(store, version);
    entry.annotations[std::string(oci::kRefName)] = "snapshot";
    const Read now = read(store);
    index = now.index;
    index.put(entry);
    REQUIRE(swap(store, now.token, index));
    CHECK(*read(store).index.find("snapshot") == entry);
    CHECK(read(store).index.id == "urn:shop:orders");
  }
  CHECK(read(store).index.manifests.size() == 1);
  CHECK(read(store).index.rev == 3);
}

void check_referrers(Store& store) {
  REQUIRE(publish(store, "1.0.0"));
  const Read before = read(store);
  Descriptor subject = *before.index.find("1.0.0");
  subject.annotations.clear();
  subject.rest = oci::Json::object();
  const std::string type = "application/vnd.mesh.signature.v1+json";
  const Descriptor layer = oci::describe("application/x-signature", "signed");
  put(store, layer, "signed");
  const std::string manifest = oci::artifact_bytes({type, {layer}, subject, {}});
  Descriptor entry = oci::describe(oci::kManifestType, manifest);
  put(store, entry, manifest);
  put(store, entry, manifest);
  entry.rest.members.emplace("artifactType", oci::Json::string(type));
  entry.annotations.emplace("vnd.mesh.subject", subject.digest);
  Index index = before.index;
  index.manifests.push_back(entry);
  const auto token = swap(store, before.token, index);
  REQUIRE_MESSAGE(token, token.error().message);
  CHECK(*token != *before.token);
  const Read now = read(store);
  REQUIRE(now.index.manifests.size() == 2);
  CHECK(now.index.manifests[1] == entry);
  CHECK(now.index.find("1.0.0")->annotations == before.index.find("1.0.0")->annotations);
  CHECK(store.get(oci::blob_key(kProduct, entry.digest), entry.size)->bytes == manifest);
}

void check_listings(Store& store) {
  const std::string key = "sales/listing.json";
  CHECK(failed(store.get(key, kLimit), Fault::not_found));
  CHECK(failed(store.swap(key, Token("x"), "{}", kListing), Fault::conflict));
  const auto one = store.swap(key, std::nullopt, "{\"a\": 1}", kListing);
  REQUIRE_MESSAGE(one, one.error().message);
  CHECK(failed(store.swap(key, std::nullopt, "{}", kListing), Fault::conflict));
  const auto two = store.swap(key, *one, "{\"a\": 2}", kListing);
  REQUIRE(two);
  CHECK(failed(store.swap(key, *one, "{}", kListing), Fault::conflict));
  CHECK(store.get(key, kLimit)->bytes == "{\"a\": 2}");
  CHECK(store.get(key, kLimit)->token == *two);
  CHECK_FALSE(store.get_unless(*two, key, kLimit)->has_value());
  CHECK((*store.get_unless(*one, key, kLimit))->bytes == "{\"a\": 2}");
  CHECK(failed(store.get(key, 3), Fault::corrupt));
}

void check_names(Store& store) {
  CHECK(store.list("")->empty());
  CHECK(store.list("sales/")->empty());
  CHECK(store.list("sales/orders/")->empty());
  for (const char* product : {"sales/orders", "sales/orders-old", "hr/staff"}) {
    Index index;
    index.put(release(store, "1.0.0", product));
    REQUIRE(store.probe(oci::layout_key(product), oci::kLayoutBytes));
    REQUIRE(swap(store, std::nullopt, index, product));
    CHECK(store.get(oci::layout_key(product), kLimit)->bytes == oci::kLayoutBytes);
  }
  REQUIRE(store.swap("sales/listing.json", std::nullopt, "{}", kListing));
  const auto keys = [&](std::string_view prefix) {
    auto all = store.list(prefix).value_or(std::vector<std::string>{"?"});
    std::erase_if(all, [](const std::string& key) { return key.find("/blobs/") != key.npos; });
    return all;
  };
  using Keys = std::vector<std::string>;
  const Keys old{"sales/orders-old/index.json", "sales/orders-old/oci-layout"},
      orders{"sales/orders/index.json", "sales/orders/oci-layout"};
  CHECK(keys("") == Keys{"hr/staff/index.json", "hr/staff/oci-layout", "sales/listing.json", old[0], old[1],
                         orders[0], orders[1]});
  CHECK(keys("sales/") == Keys{"sales/listing.json", old[0], old[1], orders[0], orders[1]});
  CHECK(keys("sales/orders/") == orders);
  CHECK(keys("sales/orders") == Keys{old[0], old[1], orders[0], orders[1]});
  CHECK(keys("sales/orders/index.json") == Keys{orders[0]});
  CHECK(keys("sale").size() == 5);
  CHECK(keys("it/").empty());
  CHECK(*store.top_folders() == Keys{"hr", "sales"});
}

void check_probe(Store& store) {
  const std::string key = oci::layout_key(kProduct);
  CHECK(store.probe(key, oci::kLayoutBytes));
  REQUIRE(publish(store, "1.0.0"));
  const auto before = read(store);
  CHECK(store.probe(key, oci::kLayoutBytes));
  CHECK(read(store).token == before.token);
  CHECK(store.get(key, kLimit)->bytes == oci::kLayoutBytes);
}

void check_nothing_is_lost(const MakeStore& make) {
  constexpr unsigned kThreads = 5, kVersions = 4;
  std::atomic<unsigned> wrong{0};
  std::set<std::string> all;
  for (unsigned i = 0; i < kThreads; ++i)
    for (unsigned k = 0; k < kVersions; ++k) all.insert("1." + std::to_string(i) + "." + std::to_string(k));
  in_threads(kThreads, [&](unsigned i) {
    const auto store = make();
    for (unsigned k = 0; k < kVersions; ++k)
      if (!publish(*store, "1." + std::to_string(i) + "." + std::to_string(k))) ++wrong;
  });
  CHECK(wrong == 0);
  const Read now = read(*make());
  CHECK(tags_of(now.index) == all);
  for (const Descriptor& entry : now.index.manifests) CHECK(entry.annotation(oci::kStatus) == "active");
  CHECK(now.index.id == "urn:shop:orders");
}

void check_readers(const MakeStore& make) {
  std::atomic<bool> writing{true};
  std::atomic<unsigned> wrong{0};
  std::thread writer([&] {
    const auto store = make();
    for (int i = 0; i < 6; ++i)
      if (!publish(*store, "1.0." + std::to_string(i))) ++wrong;
    writing = false;
  });
  in_threads(2, [&](unsigned) {
    const auto store = make();
    std::set<std::string> before;
    uint64_t rev = 0;
    for (bool more = true; more;) {
      more = writing;
      const Read now = read(*store);
      const auto tags = tags_of(now.index);
      if (!std::ranges::includes(tags, before) || now.index.rev < rev) ++wrong;
      for (const Descriptor& entry : now.index.manifests) {
        const auto manifest = store->get(oci::blob_key(kProduct, entry.digest), entry.size);
        if (!manifest || oci::digest_of(manifest->bytes) != entry.digest ||
            entry.annotation(oci::kStatus) != "active")
          ++wrong;
      }
      before = tags;
      rev = now.index.rev;
    }
  });
  writer.join();
  CHECK(wrong == 0);
}

void check_one_swap_wins(const MakeStore& make) {
  constexpr unsigned kThreads = 6, kRounds = 6;
  const auto store = make();
  std::vector<Descriptor> entries;
  for (unsigned i = 0; i < kThreads; ++i) {
    entries.push_back(release(*store, "1.0." + std::to_string(i)));
    entries.back().annotations[std::string(oci::kRefName)] = "snapshot";
  }
  for (unsigned round = 0; round < kRounds; ++round) {
    const Read now = read(*store);
    std::atomic<unsigned> winners{0};
    in_threads(kThreads, [&](unsigned i) {
      Index index = now.index;
      index.put(entries[(i + round) % kThreads]);
      index.annotations["round"] = std::to_string(round);
      if (swap(*make(), now.token, index)) ++winners;
    });
    CHECK(winners == 1);
  }
}

}  // namespace

void check_store_of_products(const std::function<MakeStore()>& make_place) {
  const MakeStore make = make_place();
  const auto store = make();
  SUBCASE("blobs are created once and come back as they are") { check_blobs(*store); }
  SUBCASE("an index changes from the state that was read and comes back with all it says") {
    check_indexes(*store);
  }
  SUBCASE("no two states of an index have one token") { check_tokens(*store); }
  SUBCASE("a snapshot takes the place of the one before") { check_snapshots(*store); }
  SUBCASE("a signature is listed beside the release it is about") { check_referrers(*store); }
  SUBCASE("a listing changes from the state that was read") { check_listings(*store); }
  SUBCASE("products are listed by their start") { check_names(*store); }
  SUBCASE("a probe passes and changes nothing that is there") { check_probe(*store); }
  SUBCASE("publishers of many versions lose nothing") { check_nothing_is_lost(make); }
  SUBCASE("a reader beside a publisher sees whole releases, and none goes") { check_readers(make); }
  SUBCASE("of many swaps from one state exactly one wins") { check_one_swap_wins(make); }
}

}  // namespace mesh::test

namespace {

// Stores that share what they keep.
struct Shared final : mesh::store::Store {
  explicit Shared(std::shared_ptr<mesh::store::Store> kept) : inner(std::move(kept)) {}
  std::string url() const override { return inner->url(); }
  mesh::Result<mesh::store::Object> get(std::string_view key, uint64_t limit) override {
    return inner->get(key, limit);
  }
  mesh::Result<mesh::store::Created> create(std::string_view key, std::string_view bytes,
                                            const mesh::store::Put& put) override {
    return inner->create(key, bytes, put);
  }
  mesh::Result<mesh::store::Token> swap(std::string_view key,
                                        const std::optional<mesh::store::Token>& expected,
                                        std::string_view bytes, const mesh::store::Put& put) override {
    return inner->swap(key, expected, bytes, put);
  }
  mesh::Result<std::vector<std::string>> list(std::string_view prefix) override {
    return inner->list(prefix);
  }
  mesh::Result<void> remove(std::string_view key) override { return inner->remove(key); }
  std::shared_ptr<mesh::store::Store> inner;
};

}  // namespace

TEST_CASE("store: memory keeps products") {
  mesh::test::check_store_of_products([] {
    std::shared_ptr<mesh::store::Store> kept = mesh::store::memory_store();
    return [kept] { return std::make_unique<Shared>(kept); };
  });
}

TEST_CASE("store: a folder keeps products") {
  const mesh::test::TempFolder folder;
  mesh::test::check_store_of_products(
      [&] { return [path = folder.path() + "/store"] { return mesh::store::local_store(path); }; });
}
