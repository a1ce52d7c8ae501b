#include "core/publish/publish.hpp"

#include "core/oci/layout.hpp"
#include "tests/unit/publish/sample.hpp"

#include <doctest.h>

#include <algorithm>
#include <utility>

using namespace mesh;
using namespace mesh::publish;

TEST_CASE("publish: the first release makes the layout, its index last") {
  const TempFolder folder;
  Watched store;
  const Release release = release_of(folder, "1.0.0", orders());
  CHECK(plan(store, release, options()).action == Action::created);
  CHECK(store.written.empty());

  const Receipt receipt = apply(store, release, options());
  CHECK(receipt.action == Action::created);
  CHECK(receipt.digest == release.digest);
  CHECK(store.written.front() == "sales/orders/oci-layout");
  CHECK(store.written.back() == "sales/orders/index.json");
  CHECK(store.get("sales/orders/oci-layout", 100)->bytes == std::string(oci::kLayoutBytes));

  const oci::Index index = index_in(store);
  CHECK(index.rev == 1);
  CHECK(index.head == "1.0.0");
  CHECK(index.id == "urn:orders");
  REQUIRE(index.find("1.0.0"));
  CHECK(index.find("1.0.0")->digest == release.digest);
  CHECK(index.find("1.0.0")->annotation(oci::kStatus) == "active");
  CHECK(index.find("1.0.0")->annotation(oci::kCreated) == "2024-05-01T12:00:00Z");
}

TEST_CASE("publish: a second time writes nothing, not even a probe") {
  const TempFolder folder;
  Watched store;
  const Release release = release_of(folder, "1.0.0", orders());
  apply(store, release, options());
  store.written.clear();
  CHECK(apply(store, release, options()).action == Action::unchanged);
  CHECK(store.written.empty());
}

TEST_CASE(
    "publish: the same version with other content is a conflict that names files and the next free version") {
  const TempFolder folder;
  Watched store;
  apply(store, release_of(folder, "1.0.0", orders()), options());
  apply(store, release_of(folder, "1.0.1", orders("id: d\n")), options());
  store.written.clear();

  const Receipt receipt = apply(store, release_of(folder, "1.0.0", orders("id: e\n")), options());
  CHECK(receipt.action == Action::refused);
  CHECK(receipt.fault == Fault::conflict);
  CHECK(
      receipt.reason ==
      "version 1.0.0 exists with other content: `orders.odcs.yaml` differs; the next free version is 1.0.2");
  CHECK(store.written.empty());
}

TEST_CASE("publish: skipping what exists turns that conflict into no change") {
  const TempFolder folder;
  Watched store;
  apply(store, release_of(folder, "1.0.0", orders()), options());
  store.written.clear();
  Options skipping = options();
  skipping.skip_existing = true;
  const Receipt receipt = apply(store, release_of(folder, "1.0.0", orders("id: e\n")), skipping);
  CHECK(receipt.action == Action::unchanged);
  CHECK(receipt.reason.find("skipped") != std::string::npos);
  CHECK(store.written.empty());
}

TEST_CASE("publish: a product keeps the id it was first published with") {
  const TempFolder folder;
  Watched store;
  apply(store, release_of(folder, "1.0.0", orders()), options());
  store.written.clear();
  Options skipping = options();
  skipping.skip_existing = true;
  const Receipt receipt = apply(store, release_of(folder, "1.1.0", orders(), "urn:other"), skipping);
  CHECK(receipt.fault == Fault::conflict);
  CHECK(receipt.reason.find("`urn:orders`") != std::string::npos);
  CHECK(receipt.reason.find("`urn:other`") != std::string::npos);
  CHECK(store.written.empty());
}

TEST_CASE("publish: a snapshot is replaced and never the head") {
  const TempFolder folder;
  Watched store;
  CHECK(apply(store, release_of(folder, "snapshot", orders()), options()).action == Action::created);
  CHECK(index_in(store).head.empty());
  const Release second = release_of(folder, "snapshot", orders("id: d\n"));
  CHECK(plan(store, second, options()).action == Action::updated);
  CHECK(apply(store, second, options()).action == Action::updated);
  CHECK(apply(store, second, options()).action == Action::unchanged);
  const oci::Index index = index_in(store);
  CHECK(index.manifests.size() == 1);
  CHECK(index.find("snapshot")->digest == second.digest);
  CHECK(index.rev == 2);
}

TEST_CASE("publish: the head is the newest by precedence, whatever came last") {
  const TempFolder folder;
  Watched store;
  for (const char* version : {"1.9.0", "1.10.0", "1.2.0"})
    apply(store, release_of(folder, version, orders()), options());
  CHECK(index_in(store).head == "1.10.0");
}

TEST_CASE("publish: a lost swap is tried again upon what the other publisher wrote") {
  const TempFolder folder;
  Watched store;
  const Release other = release_of(folder, "2.0.0", orders("id: other\n"));
  bool once = true;
  store.before_swap = [&](std::string_view key) {
    if (!key.ends_with("index.json") || !std::exchange(once, false)) return;
    CHECK(apply(*store.inner, other, options()).action == Action::created);
  };
  CHECK(apply(store, release_of(folder, "1.0.0", orders()), options()).action == Action::created);
  const oci::Index index = index_in(store);
  CHECK(index.find("1.0.0"));
  CHECK(index.find("2.0.0"));
  CHECK(index.rev == 2);
  CHECK(index.head == "2.0.0");
}

TEST_CASE("publish: of two publishers of one version with other content the second has the conflict") {
  const TempFolder folder;
  Watched store;
  const TempFolder elsewhere;
  const Release other = release_of(elsewhere, "1.0.0", orders("id: other\n"));
  bool once = true;
  store.before_swap = [&](std::string_view key) {
    if (key.ends_with("index.json") && std::exchange(once, false)) apply(*store.inner, other, options());
  };
  CHECK(apply(store, release_of(folder, "1.0.0", orders()), options()).fault == Fault::conflict);
  CHECK(index_in(store).find("1.0.0")->digest == other.digest);
}

TEST_CASE("publish: it gives up in the time it has when others always win") {
  const TempFolder folder;
  Watched store;
  unsigned tries = 0;
  store.before_swap = [&](std::string_view key) {
    if (!key.ends_with("index.json")) return;
    auto there = store.inner->get(key, oci::kMaxIndex);
    oci::Index index = there ? *oci::read_index(there->bytes) : oci::Index{};
    ++index.rev;
    ++tries;
    REQUIRE(store.inner->swap(key, there ? std::optional(there->token) : std::nullopt,
                              oci::index_bytes(index), {}));
  };
  const Receipt receipt = apply(store, release_of(folder, "1.0.0", orders()), options());
  CHECK(receipt.action == Action::refused);
  CHECK(receipt.fault == Fault::temporary);
  CHECK(tries > 10);
}

TEST_CASE("publish: a damaged blob is found before a release rests on it") {
  const TempFolder folder;
  Watched store;
  const Release release = release_of(folder, "1.0.0", orders());
  const std::string key = oci::blob_key("sales/orders", release.manifest().layers[0].digest);
  REQUIRE(store.inner->create(key, "other bytes", {}));
  const Receipt receipt = apply(store, release, options());
  CHECK(receipt.fault == Fault::corrupt);
  CHECK(receipt.reason.find(release.manifest().layers[0].digest.substr(7)) != std::string::npos);
  CHECK_FALSE(store.get("sales/orders/index.json", oci::kMaxIndex));
}

TEST_CASE("publish: an index that cannot be one is corrupt, and stays as it is") {
  const TempFolder folder;
  for (const char* bytes : {"", "{", "[]", R"({"schemaVersion":2,"manifests":[{"size":-1}]})"}) {
    CAPTURE(bytes);
    Watched store;
    REQUIRE(store.inner->create("sales/orders/index.json", bytes, {}));
    CHECK(apply(store, release_of(folder, "1.0.0", orders()), options()).fault == Fault::corrupt);
    CHECK(store.written.empty());
  }
}

TEST_CASE("publish: files that are too many bytes together are refused") {
  const TempFolder folder;
  Release release;
  release.identity = {"sales", "orders"};
  release.version = release.tag = "1.0.0";
  release.root = folder.path();
  for (int i = 0; i < 5; ++i) {
    const std::string name = "part" + std::to_string(i);
    write(folder, name, "");
    std::filesystem::resize_file(folder / name, (kMaxRelease / 5) + 1);  // without blocks on the disk
    release.files.push_back({name, name, oci::kBytesType});
  }
  seal(release);
  REQUIRE(release.refused);
  CHECK(release.refused->reason == "its files are larger together than the 1 GiB a release may have");
  CHECK(release.digest.empty());
}

TEST_CASE("publish: a revision that somebody raised to the last one is not gone past") {
  const TempFolder folder;
  Watched store;
  apply(store, release_of(folder, "1.0.0", orders()), options());
  const auto object = store.get("sales/orders/index.json", oci::kMaxIndex);
  oci::Index index = index_in(store);
  index.rev = uint64_t(1) << 53;
  REQUIRE(store.inner->swap("sales/orders/index.json", object->token, oci::index_bytes(index), {}));
  const Receipt refused = apply(store, release_of(folder, "1.1.0", orders()), options());
  CHECK(refused.fault == Fault::corrupt);
  CHECK(refused.reason.find("its vnd.mesh.rev, 9007199254740992, cannot grow") != std::string::npos);
  CHECK(index_in(store).rev == index.rev);
}

TEST_CASE("publish: referrers, other tags and unknown keys in the index survive") {
  const TempFolder folder;
  Watched store;
  const std::string entries =
      R"({"digest":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","mediaType":"a/b","size":1},)"
      R"({"annotations":{"org.opencontainers.image.ref.name":"prod"},"digest":)"
      R"("sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","mediaType":"a/b","size":1})";
  REQUIRE(store.inner->create("sales/orders/index.json",
                              R"({"schemaVersion":2,"future":{"x":1},"manifests":[)" + entries + "]}", {}));
  CHECK(apply(store, release_of(folder, "1.0.0", orders()), options()).action == Action::created);
  const oci::Index index = index_in(store);
  CHECK(index.manifests.size() == 3);
  CHECK(index.find("prod"));
  CHECK(index.rest.find("future"));
  CHECK(index.head == "1.0.0");
}

TEST_CASE("publish: a file that changes after it was planned is not published") {
  const TempFolder folder;
  Watched store;
  const Release release = release_of(folder, "1.0.0", orders());
  write(folder, "1.0.0/orders.odcs.yaml", "id: changed\n");
  const Receipt receipt = apply(store, release, options());
  CHECK(receipt.fault == Fault::conflict);
  CHECK(receipt.reason.find("changed while it was published") != std::string::npos);
  CHECK_FALSE(store.get("sales/orders/index.json", oci::kMaxIndex));
}

TEST_CASE("publish: links are not published") {
  const TempFolder folder;
  write(folder, "secret", "x");
  std::filesystem::create_symlink(folder.path() + "/secret", folder.path() + "/link");
  std::filesystem::create_directory_symlink("/etc", folder.path() + "/dir");
  for (const char* path : {"link", "dir/passwd"}) {
    CAPTURE(path);
    Release release;
    release.identity = {"sales", "orders"};
    release.root = folder.path();
    release.files = {{"title", path, "text/markdown"}};
    seal(release);
    CHECK(release.refused);
  }
}

TEST_CASE("publish: one run publishes each product by itself and lists the domain") {
  const TempFolder folder;
  Watched store;
  const Release good = release_of(folder, "1.0.0", orders());
  Release bad = good;
  bad.identity.product = "returns";
  bad.refused = Refusal{{}, "it has an error"};
  size_t told = 0;
  const auto run = [&] {
    return apply_all({{&good, &store}, {&bad, &store}}, options(), 2, [&](const Receipt&) { ++told; });
  };
  const Run first = run();
  CHECK(told == 2);
  CHECK(first.warnings.empty());
  CHECK(first.receipts[0].action == Action::created);
  CHECK(first.receipts[1].action == Action::refused);
  CHECK(first.receipts[1].reason == "it has an error");
  CHECK(
      store.get("sales/listing.json", 10000)->bytes ==
      R"({"domain":"sales","products":[{"contracts":[{"id":"c"}],"description":"all orders","digest":")" +
          good.digest +
          R"(","facts":1,"head":"1.0.0","id":"urn:orders","name":"Orders","product":"orders","rev":1,"status":"active",)"
          R"("tags":["core"],"version":"1.0.0","versions":["1.0.0"],"yanked":[]}],"schemaVersion":1})");
}

TEST_CASE(
    "publish: what is just published is listed from its files, and what is published is asked for once") {
  const TempFolder folder;
  Watched store;
  using Keys = std::vector<std::string>;
  const auto run = [&](const Release& release) {
    store.read.clear();
    store.written.clear();
    return apply_all({{&release, &store}}, options(), 1, [](const Receipt&) {}).receipts[0].action;
  };
  Release release = release_of(folder, "1.0.0", orders());
  CHECK(run(release) == Action::created);
  store.read.clear();
  CHECK(run(release) == Action::unchanged);
  CHECK(store.read == Keys{"sales/orders/index.json"});
  CHECK(store.written.empty());

  const Release next = release_of(folder, "1.1.0", orders());
  CHECK(run(next) == Action::created);
  std::ranges::sort(store.read);
  store.read.erase(std::unique(store.read.begin(), store.read.end()), store.read.end());
  CHECK(std::ranges::find_if(store.read, [&](const std::string& key) {
          return key.ends_with(next.digest.substr(7));
        }) == store.read.end());
  CHECK(std::ranges::find(store.read, "sales/") == store.read.end());
  CHECK(store.get("sales/listing.json", 10000)->bytes.find(R"("head":"1.1.0")") != std::string::npos);
}

TEST_CASE("publish: what others have listed of a later index stays") {
  const TempFolder folder;
  Watched store;
  const Release release = release_of(folder, "1.0.0", orders());
  bool is_first = true;
  store.before_swap = [&](std::string_view key) {
    if (key != "sales/listing.json" || !std::exchange(is_first, false)) return;
    const Release later = release_of(folder, "2.0.0", orders());
    apply_all({{&later, &store}}, options(), 1, [](const Receipt&) {});
  };
  apply_all({{&release, &store}}, options(), 1, [](const Receipt&) {});
  const std::string bytes = store.get("sales/listing.json", 10000)->bytes;
  CHECK(bytes.find(R"("versions":["1.0.0","2.0.0"])") != std::string::npos);
  CHECK(bytes.find(R"("rev":2)") != std::string::npos);
}

TEST_CASE("publish: a listing of a product that was there before, and is gone, is made good") {
  const TempFolder folder;
  Watched store;
  for (const char* version : {"1.0.0", "1.1.0", "1.2.0"}) {
    const Release release = release_of(folder, version, orders());
    apply_all({{&release, &store}}, options(), 1, [](const Receipt&) {});
  }
  REQUIRE(store.remove("sales/orders/index.json"));
  const Release release = release_of(folder, "3.0.0", orders());
  apply_all({{&release, &store}}, options(), 1, [](const Receipt&) {});
  CHECK(store.get("sales/listing.json", 10000)->bytes.find(R"("versions":["3.0.0"])") != std::string::npos);
}

TEST_CASE("publish: a lost or damaged listing is made again from all indexes") {
  const TempFolder folder;
  Watched store;
  const Release orders_release = release_of(folder, "1.0.0", orders());
  apply_all({{&orders_release, &store}}, options(), 1, [](const Receipt&) {});
  size_t patch = 0;
  for (const char* damage : {"", "[1]", R"({"schemaVersion":1,"products":[{}]})"}) {
    CAPTURE(damage);
    Release other = release_of(folder, "2.0." + std::to_string(patch++), orders());
    other.identity.product = "returns";
    seal(other);
    REQUIRE(store.remove("sales/listing.json"));
    REQUIRE(store.inner->create("sales/listing.json", damage, {}));
    const Run run = apply_all({{&other, &store}}, options(), 1, [](const Receipt&) {});
    CHECK(run.receipts[0].action != Action::refused);
    const std::string bytes = store.get("sales/listing.json", 10000)->bytes;
    CHECK(bytes.find("\"product\":\"orders\"") != std::string::npos);
    CHECK(bytes.find("\"product\":\"returns\"") != std::string::npos);
  }
}

TEST_CASE("publish: once stopped, nothing more is begun") {
  const TempFolder folder;
  Watched store;
  const Release release = release_of(folder, "1.0.0", orders());
  Options stopping = options();
  stopping.is_stopped = [] { return true; };
  const Run run = apply_all({{&release, &store}}, stopping, 1, [](const Receipt&) {});
  CHECK(run.receipts[0].action == Action::refused);
  CHECK(run.receipts[0].reason == "stopped before it was published");
  CHECK(store.written.empty());
}
