#include "core/publish/lifecycle.hpp"

#include "core/model/version.hpp"
#include "core/publish/listing.hpp"
#include "core/publish/pull.hpp"
#include "tests/unit/publish/sample.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::publish;

namespace {

const Identity kOrders{"sales", "orders"};

void publish_all(store::Store& store, const TempFolder& folder, std::initializer_list<const char*> versions) {
  for (const char* version : versions)
    REQUIRE(apply(store, release_of(folder, version, orders()), options()).action == Action::created);
}

std::string status_of(store::Store& store, const std::string& tag) {
  const oci::Index index = index_in(store);
  REQUIRE(index.find(tag));
  return std::string(index.find(tag)->annotation(oci::kStatus));
}

Action action_of(const Told& told) {
  REQUIRE(told);
  REQUIRE(told->size() == 1);
  return told->front().action;
}

}  // namespace

TEST_CASE("yank: the version stays and is marked, the head moves to the newest that is not") {
  const TempFolder folder;
  Watched store;
  publish_all(store, folder, {"1.0.0-rc.1", "1.0.0-rc.2"});
  CHECK(index_in(store).head == "1.0.0-rc.2");
  publish_all(store, folder, {"1.0.0", "1.1.0", "1.2.0-rc.1"});
  CHECK(index_in(store).head == "1.1.0");
  CHECK(action_of(yank(store, kOrders, "1.2.0-rc.1", "", options())) == Action::updated);
  CHECK(action_of(yank(store, kOrders, "v1.1.0", "bad totals", options())) == Action::updated);
  const oci::Index index = index_in(store);
  CHECK(index.rev == 7);
  CHECK(index.head == "1.0.0");
  CHECK(index.find("1.1.0")->annotation(oci::kStatus) == "yanked");
  CHECK(index.find("1.1.0")->annotation(oci::kReason) == "bad totals");
  CHECK(fetch(store, {kOrders, "1.1.0"}));
  CHECK(fetch(store, {kOrders, ""})->entry == *index.find("1.0.0"));
  CHECK(action_of(yank(store, kOrders, "1.0.0", "", options())) == Action::updated);
  CHECK(index_in(store).head == "1.0.0-rc.2");
  for (const char* version : {"1.0.0-rc.1", "1.0.0-rc.2"}) yank(store, kOrders, version, "", options());
  CHECK(store.get("sales/orders/index.json", oci::kMaxIndex)->bytes.find("vnd.mesh.head") ==
        std::string::npos);
  CHECK(fetch(store, {kOrders, ""}).error().fault == Fault::not_found);
}

TEST_CASE("yank: a second time writes nothing, another reason is written") {
  const TempFolder folder;
  Watched store;
  publish_all(store, folder, {"1.0.0"});
  yank(store, kOrders, "1.0.0", "bad", options());
  store.written.clear();
  CHECK(action_of(yank(store, kOrders, "1.0.0", "bad", options())) == Action::unchanged);
  CHECK(action_of(yank(store, kOrders, "1.0.0", "", options())) == Action::unchanged);
  CHECK(store.written.empty());
  CHECK(action_of(yank(store, kOrders, "1.0.0", "worse", options())) == Action::updated);
  CHECK(index_in(store).find("1.0.0")->annotation(oci::kReason) == "worse");
}

TEST_CASE("unyank: what the version was before comes back") {
  const TempFolder folder;
  Watched store;
  Release deprecated = release_of(folder, "2.0.0", orders());
  deprecated.status = "deprecated";
  apply(store, deprecated, options());
  const oci::Descriptor before = *index_in(store).find("2.0.0");
  yank(store, kOrders, "2.0.0", "bad", options());
  CHECK(action_of(unyank(store, kOrders, "2.0.0", options())) == Action::updated);
  CHECK(*index_in(store).find("2.0.0") == before);
  CHECK(index_in(store).head == "2.0.0");
  CHECK(action_of(unyank(store, kOrders, "2.0.0", options())) == Action::unchanged);
}

TEST_CASE("unyank: an entry that another tool yanked becomes active") {
  const TempFolder folder;
  Watched store;
  publish_all(store, folder, {"1.0.0"});
  auto object = *store.get("sales/orders/index.json", oci::kMaxIndex);
  oci::Index index = *oci::read_index(object.bytes);
  oci::Descriptor entry = *index.find("1.0.0");
  entry.annotations[std::string(oci::kStatus)] = "yanked";
  index.put(entry);
  REQUIRE(store.swap("sales/orders/index.json", object.token, oci::index_bytes(index), {}));
  CHECK(action_of(unyank(store, kOrders, "1.0.0", options())) == Action::updated);
  CHECK(status_of(store, "1.0.0") == "active");
}

TEST_CASE("yank: what is not there or cannot be yanked is said, and nothing is written") {
  const TempFolder folder;
  Watched store;
  publish_all(store, folder, {"1.0.0", "snapshot"});
  store.written.clear();
  const auto missing = yank(store, kOrders, "1.0.1", "", options());
  REQUIRE_FALSE(missing);
  CHECK(missing.error().fault == Fault::not_found);
  CHECK(missing.error().help == "did you mean `1.0.0`? published are: snapshot, 1.0.0");
  CHECK(yank(store, kOrders, "snapshot", "", options()).error().fault == Fault::usage);
  const auto typo = yank(store, {"sales", "order"}, "1.0.0", "", options());
  CHECK(typo.error().fault == Fault::not_found);
  CHECK(typo.error().help == "did you mean `sales/orders`?");
  CHECK(store.written.empty());
}

TEST_CASE("yank: by digest") {
  const TempFolder folder;
  Watched store;
  publish_all(store, folder, {"1.0.0", "1.1.0"});
  const std::string digest = index_in(store).find("1.1.0")->digest;
  CHECK(action_of(yank(store, kOrders, digest, "", options())) == Action::updated);
  CHECK(status_of(store, "1.1.0") == "yanked");
}

TEST_CASE("yank: it is tried again upon what a publisher wrote meanwhile") {
  const TempFolder folder;
  Watched store;
  publish_all(store, folder, {"1.0.0"});
  const Release other = release_of(folder, "1.1.0", orders());
  bool once = true;
  store.before_swap = [&](std::string_view key) {
    if (key.ends_with("index.json") && std::exchange(once, false))
      CHECK(apply(*store.inner, other, options()).action == Action::created);
  };
  CHECK(action_of(yank(store, kOrders, "1.0.0", "", options())) == Action::updated);
  const oci::Index index = index_in(store);
  CHECK(index.rev == 3);
  CHECK(index.head == "1.1.0");
  CHECK(is_yanked(*index.find("1.0.0")));
}

TEST_CASE("yank: a dry run tells the same and writes nothing") {
  const TempFolder folder;
  Watched store;
  publish_all(store, folder, {"1.0.0"});
  store.written.clear();
  Options dry = options();
  dry.dry_run = true;
  CHECK(action_of(yank(store, kOrders, "1.0.0", "", dry)) == Action::updated);
  CHECK(store.written.empty());
  CHECK(status_of(store, "1.0.0") == "active");
}

TEST_CASE("yank: publishing the yanked content again does not bring it back") {
  const TempFolder folder;
  Watched store;
  publish_all(store, folder, {"1.0.0"});
  yank(store, kOrders, "1.0.0", "", options());
  const Receipt again = apply(store, release_of(folder, "1.0.0", orders()), options());
  CHECK(again.action == Action::unchanged);
  CHECK(again.reason == "this version is yanked");
  CHECK(apply(store, release_of(folder, "0.9.0", orders()), options()).action == Action::created);
  CHECK(index_in(store).head == "0.9.0");
}

TEST_CASE("rollback: all that is newer is yanked in one step, older ones and the snapshot are left alone") {
  const TempFolder folder;
  Watched store;
  publish_all(store, folder, {"1.0.0", "1.1.0", "1.2.0-rc.1", "1.2.0", "2.0.0", "snapshot"});
  yank(store, kOrders, "1.2.0", "was bad before", options());
  const uint64_t rev = index_in(store).rev;
  const auto told = roll_back(store, kOrders, "1.1.0", "totals", options());
  REQUIRE(told);
  REQUIRE(told->size() == 2);
  CHECK((*told)[0].version == "2.0.0");
  CHECK((*told)[1].version == "1.2.0-rc.1");
  const oci::Index index = index_in(store);
  CHECK(index.rev == rev + 1);
  CHECK(index.head == "1.1.0");
  CHECK(index.find("2.0.0")->annotation(oci::kReason) == "totals");
  CHECK(index.find("1.2.0")->annotation(oci::kReason) == "was bad before");
  CHECK_FALSE(is_yanked(*index.find("1.0.0")));
  CHECK_FALSE(is_yanked(*index.find("snapshot")));
  CHECK(action_of(roll_back(store, kOrders, "1.1.0", "", options())) == Action::unchanged);
  publish_all(store, folder, {"2.0.1"});
  CHECK(index_in(store).head == "2.0.1");
}

TEST_CASE("rollback: to what is yanked or missing is refused") {
  const TempFolder folder;
  Watched store;
  publish_all(store, folder, {"1.0.0", "1.1.0"});
  yank(store, kOrders, "1.0.0", "", options());
  store.written.clear();
  CHECK(roll_back(store, kOrders, "1.0.0", "", options()).error().fault == Fault::conflict);
  CHECK(roll_back(store, kOrders, "3.0.0", "", options()).error().fault == Fault::not_found);
  CHECK(store.written.empty());
}

TEST_CASE("rollback: of two that differ in their build alone the chosen one is the head") {
  const TempFolder folder;
  Watched store;
  for (const char* version : {"1.0.0+a", "1.0.0+b"}) {
    Release release = release_of(folder, version, orders());
    release.tag = model::parse_version(version)->tag();
    REQUIRE(apply(store, release, options()).action == Action::created);
  }
  REQUIRE(roll_back(store, kOrders, "1.0.0+a", "", options()));
  CHECK(index_in(store).head == "1.0.0_a");
}

TEST_CASE("retire: releases and the listing say so, readers are warned, publishers refused") {
  const TempFolder folder;
  Watched store;
  publish_all(store, folder, {"1.0.0", "1.1.0"});
  yank(store, kOrders, "1.1.0", "bad", options());
  const Retirement end{"nobody reads it", "sales/invoices"};
  CHECK(action_of(retire(store, kOrders, end, options())) == Action::updated);
  const oci::Index index = index_in(store);
  CHECK(retirement_of(index) == end);
  CHECK(status_of(store, "1.0.0") == "retired");
  CHECK(status_of(store, "1.1.0") == "yanked");
  CHECK(index.head == "1.0.0");
  CHECK(fetch(store, {kOrders, "^1"}));
  CHECK(warnings_of(index, *index.find("1.0.0")) ==
        std::vector<std::string>{"the product is retired: nobody reads it",
                                 "`sales/invoices` is there in its place"});
  CHECK(warnings_of(index, *index.find("1.1.0")).front() ==
        "version 1.1.0 is yanked, its domain asks not to use it: bad");

  store.written.clear();
  for (const char* version : {"1.0.0", "1.2.0", "snapshot"}) {
    const Receipt refused = apply(store, release_of(folder, version, orders()), options());
    CHECK(refused.fault == Fault::conflict);
    CHECK(refused.reason.find("nobody reads it; `sales/invoices`") != std::string::npos);
  }
  Options skipping = options();
  skipping.skip_existing = true;
  CHECK(apply(store, release_of(folder, "1.0.0", orders()), skipping).action == Action::unchanged);
  CHECK(apply(store, release_of(folder, "1.2.0", orders()), skipping).fault == Fault::conflict);
  CHECK(action_of(retire(store, kOrders, end, options())) == Action::unchanged);
  CHECK(store.written.empty());

  REQUIRE(refresh_listing(store, "sales", {&kOrders, 1}, options()));
  const std::string listing = store.get("sales/listing.json", 10000)->bytes;
  CHECK(listing.find(
            R"("reason":"nobody reads it","replacement":"sales/invoices","rev":4,"status":"retired")") !=
        std::string::npos);
}

TEST_CASE("retire: taken back, everything is as it was") {
  const TempFolder folder;
  Watched store;
  publish_all(store, folder, {"1.0.0", "1.1.0"});
  yank(store, kOrders, "1.1.0", "bad", options());
  const oci::Index before = index_in(store);
  retire(store, kOrders, Retirement{"old", ""}, options());
  CHECK(action_of(retire(store, kOrders, std::nullopt, options())) == Action::updated);
  const oci::Index after = index_in(store);
  CHECK(after.manifests == before.manifests);
  CHECK(after.annotations == before.annotations);
  CHECK(action_of(retire(store, kOrders, std::nullopt, options())) == Action::unchanged);
  publish_all(store, folder, {"1.2.0"});
}

TEST_CASE(
    "retire: a version that was yanked before is retired once it is unyanked, and active when both are "
    "gone") {
  const TempFolder folder;
  Watched store;
  publish_all(store, folder, {"1.0.0"});
  const oci::Descriptor active = *index_in(store).find("1.0.0");
  yank(store, kOrders, "1.0.0", "bad", options());
  retire(store, kOrders, Retirement{"old", "a/b"}, options());
  unyank(store, kOrders, "1.0.0", options());
  CHECK(status_of(store, "1.0.0") == "retired");
  CHECK(index_in(store).find("1.0.0")->annotation(oci::kReason) == "old");
  yank(store, kOrders, "1.0.0", "bad", options());
  CHECK(index_in(store).find("1.0.0")->annotation(oci::kReplacement) == "");
  retire(store, kOrders, std::nullopt, options());
  CHECK(status_of(store, "1.0.0") == "yanked");
  unyank(store, kOrders, "1.0.0", options());
  CHECK(*index_in(store).find("1.0.0") == active);
}

TEST_CASE("head: where an index does not tell it, it is the newest that is not yanked") {
  const TempFolder folder;
  Watched store;
  publish_all(store, folder, {"1.0.0", "1.1.0", "1.2.0"});
  REQUIRE(yank(store, kOrders, "1.2.0", "wrong", options()));
  const auto object = store.get("sales/orders/index.json", oci::kMaxIndex);
  auto index = oci::read_index(object->bytes);
  index->head.clear();
  REQUIRE(store.swap("sales/orders/index.json", object->token, oci::index_bytes(*index), {}));
  CHECK(store.get("sales/orders/index.json", oci::kMaxIndex)->bytes.find("vnd.mesh.head") ==
        std::string::npos);
  CHECK((*read_stored(store, kOrders))->index.head == "1.1.0");
}
