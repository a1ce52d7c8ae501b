#include "core/publish/seen.hpp"

#include "core/oci/layout.hpp"
#include "core/publish/journal.hpp"
#include "core/publish/pull.hpp"
#include "core/trust/pins.hpp"
#include "tests/unit/publish/sample.hpp"

#include <doctest.h>

#include <filesystem>

using namespace mesh;
using namespace mesh::publish;

namespace {

const Identity kOrders{"sales", "orders"};
namespace fs = std::filesystem;

// The one file below a folder.
std::string only_file(const std::string& folder) {
  std::string found;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) {
      CHECK(found.empty());
      found = entry.path().string();
    }
  return found;
}

}  // namespace

TEST_CASE("seen: an older index is refused, for that product at that target") {
  const TempFolder folder;
  const Seen seen(folder / "state");
  const std::string target = "file:///srv/mesh";
  CHECK(seen.check(target, kOrders, 0));
  REQUIRE(seen.remember(target, kOrders, 7, false));
  CHECK(seen.check(target, kOrders, 7));
  CHECK(seen.check(target, kOrders, 8));
  const auto older = seen.check(target, kOrders, 6);
  REQUIRE_FALSE(older);
  CHECK(older.error().fault == Fault::corrupt);
  CHECK(older.error().message.find("revision 6 after 7") != std::string::npos);
  CHECK(seen.check(target, {"sales", "returns"}, 1));
  CHECK(seen.check("file:///srv/other", kOrders, 1));
  REQUIRE(seen.remember(target, kOrders, 5, false));
  CHECK_FALSE(seen.check(target, kOrders, 6));
  REQUIRE(seen.remember(target, kOrders, 5, true));
  CHECK(seen.check(target, kOrders, 6));
}

TEST_CASE("seen: a lost or damaged memory is an empty one, and none is needed") {
  const TempFolder folder;
  const Seen seen(folder / "state");
  REQUIRE(seen.remember("s3://b", kOrders, 7, false));
  const std::string path = only_file(folder / "state");
  for (const char* bytes : {"", "{", R"({"rev":9})", R"({"product":"a/b","rev":9,"target":"s3://b"})"}) {
    REQUIRE(replace_file(path, bytes));
    CHECK(seen.check("s3://b", kOrders, 1));
  }
  REQUIRE(seen.remember("s3://b", kOrders, 3, false));
  CHECK_FALSE(seen.check("s3://b", kOrders, 2));
  CHECK(Seen("").check("s3://b", kOrders, 1));
  CHECK(Seen("").remember("s3://b", kOrders, 1, false));
}

TEST_CASE("seen: a relative folder is the same target from wherever it is named") {
  const std::string here = fs::current_path().string();
  CHECK(trust::place_of("file:public") == "file://" + here + "/public");
  CHECK(trust::place_of("file:./public/") == "file://" + here + "/public");
  CHECK(trust::place_of("file:///a/../b") == "file:///b");
  CHECK(trust::place_of("s3://bucket/x") == "s3://bucket/x");
}

TEST_CASE("journal: what was put is known for a day, for that release at that target") {
  const TempFolder folder;
  int64_t now = 1000;
  const auto clock = [&] { return now; };
  const std::string one = oci::digest_of("1"), two = oci::digest_of("2"), release = oci::digest_of("r");
  const Journal journal(folder / "state", "s3://b", kOrders, release, clock);
  CHECK(journal.read().empty());
  journal.add(one, 3);
  journal.add(two, 4);
  CHECK(journal.read() == std::map<std::string, uint64_t>{{one, 3}, {two, 4}});
  CHECK(Journal(folder / "state", "s3://c", kOrders, release, clock).read().empty());
  CHECK(Journal(folder / "state", "s3://b", kOrders, one, clock).read().empty());
  // Another release's lines under this one's name are no lines of it.
  const std::string path = only_file(folder / "state");
  const std::string good = *read_file(path);
  Journal(folder / "state", "s3://b", kOrders, one, clock).add(oci::digest_of("3"), 1);
  for (const auto& entry : fs::recursive_directory_iterator(folder / "state"))
    if (entry.is_regular_file() && entry.path() != path)
      REQUIRE(replace_file(path, good + *read_file(entry.path().string())));
  CHECK(journal.read().size() == 2);

  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    REQUIRE(replace_file(path, bad));
    CHECK(journal.read().size() <= 1);
    REQUIRE(replace_file(path, good.substr(0, i)));
    CHECK(journal.read().size() <= 2);
  }
  REQUIRE(replace_file(path, good));
  now += 24 * 60 * 60;
  CHECK(journal.read().empty());
  now = 999;
  CHECK(journal.read().empty());
  journal.remove();
  CHECK_FALSE(is_file(path));
  Journal("", "s3://b", kOrders, release, clock).add(one, 1);
}

namespace {

// Puts the blobs of a release and is stopped before the index.
struct Killed {
  TempFolder folder;
  Watched store;
  Release release = release_of(folder, "1.0.0", orders());
  Options options = publish::options();

  Killed() {
    options.journals = folder / "state";
    options.clock.seconds = [] { return int64_t(1000); };
    store.before_swap = [](std::string_view key) {
      if (key.ends_with("index.json")) throw 1;
    };
    CHECK_THROWS_AS(apply(store, release, options), int);
    store.before_swap = [](std::string_view) {};
    store.written.clear();
  }
  size_t blobs_put() const {
    size_t count = 0;
    for (const std::string& key : store.written) count += key.find("/blobs/") != key.npos;
    return count;
  }
};

}  // namespace

TEST_CASE("resume: what a killed run has put is not put again") {
  Killed killed;
  killed.options.resume = true;
  const Receipt receipt = apply(killed.store, killed.release, killed.options);
  CHECK(receipt.action == Action::created);
  CHECK(receipt.reason == "resumed: 4 of 4 blobs were there already");
  CHECK(killed.blobs_put() == 0);
  CHECK(fetch(killed.store, {kOrders, "1.0.0"}));
  CHECK(only_file(killed.folder / "state").empty());
}

TEST_CASE(
    "publish: what a run that was killed left unlisted is listed by the next, though it writes nothing "
    "else") {
  Killed killed;
  killed.store.before_swap = [](std::string_view key) {
    if (key.ends_with("listing.json")) throw 1;
  };
  const std::vector<Job> jobs{{&killed.release, &killed.store}};
  CHECK_THROWS_AS(apply_all(jobs, killed.options, 1, [](const Receipt&) {}), int);
  killed.store.before_swap = [](std::string_view) {};
  CHECK_FALSE(killed.store.get("sales/listing.json", 10000));
  CHECK(apply_all(jobs, killed.options, 1, [](const Receipt&) {}).receipts[0].action == Action::unchanged);
  CHECK(killed.store.get("sales/listing.json", 10000));
  killed.store.read.clear();
  apply_all(jobs, killed.options, 1, [](const Receipt&) {});
  CHECK(killed.store.read == std::vector<std::string>{"sales/orders/index.json"});
}

TEST_CASE("resume: where there is nothing to resume nothing is said of it") {
  Killed killed;
  killed.options.resume = true;
  Watched empty;
  const Receipt receipt = apply(empty, killed.release, killed.options);
  CHECK(receipt.action == Action::created);
  CHECK(receipt.reason.empty());
}

TEST_CASE("resume: without it no note is read") {
  Killed killed;
  CHECK(apply(killed.store, killed.release, killed.options).action == Action::created);
  CHECK(killed.blobs_put() == 4);
}

TEST_CASE("resume: what the store no longer has, or a collector may have taken, is put again") {
  Killed killed;
  killed.options.resume = true;
  REQUIRE(killed.store.remove(oci::blob_key("sales/orders", killed.release.manifest().layers[0].digest)));
  CHECK(apply(killed.store, killed.release, killed.options).reason.starts_with("resumed: 3 of 4"));
  CHECK(killed.blobs_put() == 1);
  CHECK(fetch(killed.store, {kOrders, "1.0.0"}));

  Killed collected;
  collected.options.resume = true;
  oci::Index index;
  index.annotations.emplace("vnd.mesh.gc", "1");
  index.rev = 1;
  REQUIRE(collected.store.inner->create("sales/orders/index.json", oci::index_bytes(index), {}));
  CHECK(apply(collected.store, collected.release, collected.options).action == Action::created);
  CHECK(collected.blobs_put() == 4);
}

TEST_CASE("resume: nowhere to keep notes, and notes of nothing, cost time alone") {
  Killed killed;
  killed.options.resume = true;
  killed.options.journals = "/proc/nowhere";
  CHECK(apply(killed.store, killed.release, killed.options).action == Action::created);
  CHECK(killed.blobs_put() == 4);
}
