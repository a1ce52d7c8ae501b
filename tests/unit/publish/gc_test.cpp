#include "core/publish/gc.hpp"

#include "core/oci/layout.hpp"
#include "core/publish/commit.hpp"
#include "core/publish/marks.hpp"
#include "tests/unit/publish/sample.hpp"

#include <doctest.h>

#include <algorithm>

using namespace mesh;
using namespace mesh::publish;

namespace {

const Identity kOrders{"sales", "orders"};

Options at_day(int32_t day) {
  Options options = publish::options();
  options.clock.seconds = [day] { return int64_t(day) * 24 * 60 * 60; };
  return options;
}

// A published product with a replaced snapshot: its manifest and one contract are garbage.
struct Replaced {
  TempFolder folder;
  Watched store;
  std::vector<std::string> garbage;

  Replaced() {
    apply(store, release_of(folder, "1.0.0", orders()), options());
    const Release first = release_of(folder, "snapshot", orders("id: first\n"));
    apply(store, first, options());
    apply(store, release_of(folder, "snapshot", orders("id: second\n")), options());
    garbage = {first.digest, oci::digest_of("id: first\n")};
    std::ranges::sort(garbage);
  }
  bool has(const std::string& digest) {
    return bool(store.get(oci::blob_key("sales/orders", digest), 1 << 20));
  }
};

// An entry of the index without a name, and the blobs it needs.
void add_entry(store::Store& store, const oci::Descriptor& entry, const std::vector<std::string>& blobs) {
  for (const std::string& bytes : blobs)
    REQUIRE(store.create(oci::blob_key("sales/orders", oci::digest_of(bytes)), bytes, {}));
  auto object = *store.get("sales/orders/index.json", oci::kMaxIndex);
  oci::Index index = *oci::read_index(object.bytes);
  index.manifests.push_back(entry);
  REQUIRE(store.swap("sales/orders/index.json", object.token, oci::index_bytes(index), {}));
}

std::string descriptor_text(std::string_view type, std::string_view bytes) {
  return oci::write_json(oci::to_json(oci::describe(type, bytes)));
}

}  // namespace

TEST_CASE("gc: what is unused is marked first, deleted after the grace, and nothing else is touched") {
  Replaced replaced;
  const auto marked = collect_garbage(replaced.store, kOrders, {}, at_day(100));
  REQUIRE(marked);
  CHECK(marked->marked == replaced.garbage);
  CHECK(marked->deleted.empty());
  CHECK(read_marks(index_in(replaced.store))->doomed.size() == 2);
  replaced.store.written.clear();
  const auto waiting = collect_garbage(replaced.store, kOrders, {}, at_day(113));
  REQUIRE(waiting);
  CHECK(waiting->waiting == replaced.garbage);
  CHECK(replaced.store.written.empty());

  const auto deleted = collect_garbage(replaced.store, kOrders, {}, at_day(114));
  REQUIRE(deleted);
  CHECK(deleted->deleted == replaced.garbage);
  for (const std::string& digest : replaced.garbage) CHECK_FALSE(replaced.has(digest));
  const Marks marks = *read_marks(index_in(replaced.store));
  CHECK(marks == Marks{1, {}, {}, 0});
  replaced.store.written.clear();
  CHECK(collect_garbage(replaced.store, kOrders, {}, at_day(200))->deleted.empty());
  CHECK(replaced.store.written.empty());
  CHECK(layouts_in(replaced.store, "") == std::vector{kOrders});
}

TEST_CASE("gc: a look tells the same and writes nothing") {
  Replaced replaced;
  REQUIRE(collect_garbage(replaced.store, kOrders, {}, at_day(100)));
  replaced.store.written.clear();
  CHECK(find_garbage(replaced.store, kOrders, {}, at_day(120))->deleted == replaced.garbage);
  CHECK(find_garbage(replaced.store, kOrders, {30, SIZE_MAX, false}, at_day(120))->waiting ==
        replaced.garbage);
  CHECK(replaced.store.written.empty());
}

TEST_CASE("gc: no more is deleted than is allowed, the rest stays marked") {
  Replaced replaced;
  REQUIRE(collect_garbage(replaced.store, kOrders, {}, at_day(100)));
  const auto garbage = collect_garbage(replaced.store, kOrders, {14, 1, false}, at_day(120));
  CHECK(garbage->deleted == std::vector{replaced.garbage[0]});
  CHECK(garbage->waiting == std::vector{replaced.garbage[1]});
  CHECK(replaced.has(replaced.garbage[1]));
}

TEST_CASE("gc: a clock that was set back makes it wait, not delete") {
  Replaced replaced;
  REQUIRE(collect_garbage(replaced.store, kOrders, {}, at_day(100)));
  CHECK(collect_garbage(replaced.store, kOrders, {}, at_day(90))->deleted.empty());
  CHECK(collect_garbage(replaced.store, kOrders, {}, at_day(103))->waiting == replaced.garbage);
}

TEST_CASE("gc: a publisher takes off the list what it uses again") {
  Replaced replaced;
  REQUIRE(collect_garbage(replaced.store, kOrders, {}, at_day(100)));
  apply(replaced.store, release_of(replaced.folder, "1.1.0", orders("id: first\n")), at_day(110));
  const Marks marks = *read_marks(index_in(replaced.store));
  CHECK(marks.doomed.size() == 1);
  CHECK_FALSE(marks.doomed.contains(oci::digest_of("id: first\n")));
  REQUIRE(collect_garbage(replaced.store, kOrders, {}, at_day(120)));
  CHECK(replaced.has(oci::digest_of("id: first\n")));
}

TEST_CASE("gc: referrers, nested indexes and entries of unknown kinds keep what they lead to") {
  Replaced replaced;
  const std::string layer = "a signature", config = "{}";
  const std::string old = "old layer";
  const std::string subject =
      R"({"layers":[)" + descriptor_text("text/plain", old) +
      R"(],"mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2})";
  const std::string referrer = R"({"config":)" + descriptor_text(oci::kEmptyType, config) + R"(,"layers":[)" +
                               descriptor_text("a/sig", layer) + R"(],"schemaVersion":2,"subject":)" +
                               descriptor_text(oci::kManifestType, subject) + "}";
  const std::string nested =
      R"({"manifests":[)" + descriptor_text(oci::kManifestType, referrer) + R"(],"schemaVersion":2})";
  const std::string mentioned = "mentioned alone";
  const std::string strange = R"({"deep":[{"see":")" + oci::digest_of(mentioned) + R"("}]})";
  add_entry(replaced.store, oci::describe(oci::kIndexType, nested), {layer, old, subject, referrer, nested});
  add_entry(replaced.store, oci::describe("application/x-strange", strange), {mentioned, strange});
  oci::Descriptor plain = oci::describe("text/plain", "no document");
  add_entry(replaced.store, plain, {"no document"});
  const auto garbage = collect_garbage(replaced.store, kOrders, {}, at_day(100));
  REQUIRE(garbage);
  CHECK(garbage->marked == replaced.garbage);
}

TEST_CASE("gc: a subject that is elsewhere keeps nothing and stops nothing") {
  Replaced replaced;
  const std::string referrer =
      R"({"layers":[],"schemaVersion":2,"subject":)" + descriptor_text(oci::kManifestType, "elsewhere") + "}";
  add_entry(replaced.store, oci::describe(oci::kManifestType, referrer), {referrer});
  CHECK(collect_garbage(replaced.store, kOrders, {}, at_day(100))->marked == replaced.garbage);
}

TEST_CASE("gc: what a damaged document keeps is not known, so nothing goes") {
  Replaced replaced;
  REQUIRE(collect_garbage(replaced.store, kOrders, {}, at_day(100)));
  const std::string key = oci::blob_key("sales/orders", index_in(replaced.store).find("1.0.0")->digest);
  const std::string good = replaced.store.get(key, 1 << 20)->bytes;
  for (const std::string& damaged : {std::string(), good.substr(1) + " ", std::string(good.size(), ' ')}) {
    REQUIRE(replaced.store.remove(key));
    if (!damaged.empty()) REQUIRE(replaced.store.create(key, damaged, {}));
    const auto garbage = collect_garbage(replaced.store, kOrders, {}, at_day(120));
    REQUIRE_FALSE(garbage);
    CHECK(garbage.error().fault == Fault::corrupt);
    CHECK(replaced.has(replaced.garbage[0]));
  }
}

TEST_CASE("gc: another collector's deletion is left alone for a day, unless it is taken over") {
  Replaced replaced;
  auto object = *replaced.store.get("sales/orders/index.json", oci::kMaxIndex);
  oci::Index index = *oci::read_index(object.bytes);
  write_marks(index, {7, {}, {{replaced.garbage[0], Day{80}}}, int64_t(100) * 86400});
  REQUIRE(replaced.store.swap("sales/orders/index.json", object.token, oci::index_bytes(index), {}));

  const Release again = release_of(replaced.folder, "snapshot", orders("id: first\n"));
  CHECK(apply(replaced.store, again, at_day(100)).fault == Fault::temporary);
  const auto held = collect_garbage(replaced.store, kOrders, {}, at_day(100));
  REQUIRE_FALSE(held);
  CHECK(held.error().fault == Fault::temporary);
  CHECK(held.error().message.find("since 1970-04-11") != std::string::npos);
  CHECK(apply(replaced.store, again, at_day(101)).action == Action::updated);
  CHECK(read_marks(index_in(replaced.store))->deleting.empty());

  REQUIRE(replaced.store.swap("sales/orders/index.json",
                              replaced.store.get("sales/orders/index.json", oci::kMaxIndex)->token,
                              oci::index_bytes(index), {}));
  const auto taken = collect_garbage(replaced.store, kOrders, {14, SIZE_MAX, true}, at_day(100));
  REQUIRE(taken);
  CHECK(read_marks(index_in(replaced.store))->counter == 8);
}

TEST_CASE("gc: once stopped, what is not deleted is marked as before") {
  Replaced replaced;
  REQUIRE(collect_garbage(replaced.store, kOrders, {}, at_day(100)));
  Options stopping = at_day(120);
  stopping.is_stopped = [] { return true; };
  const auto garbage = collect_garbage(replaced.store, kOrders, {}, stopping);
  REQUIRE(garbage);
  CHECK(garbage->deleted.empty());
  const Marks marks = *read_marks(index_in(replaced.store));
  CHECK(marks.deleting.empty());
  CHECK(marks.doomed.size() == 2);
  CHECK(marks.doomed.begin()->second == Day{100});
  CHECK(collect_garbage(replaced.store, kOrders, {}, at_day(120))->deleted == replaced.garbage);
}

TEST_CASE("gc: marks that somebody else made of something else are corrupt, and stay") {
  for (const char* text : {"x", "sha256:12=2026-01-01", "sha256:12"}) {
    oci::Index index;
    index.annotations.emplace("vnd.mesh.gc.deleting", text);
    CHECK(read_marks(index).error().fault == Fault::corrupt);
  }
  oci::Index index;
  index.annotations.emplace("vnd.mesh.gc", "-1");
  CHECK_FALSE(read_marks(index));
  const Marks marks{3, {{oci::digest_of("a"), Day{1}}}, {{oci::digest_of("b"), Day{20000}}}, 5};
  oci::Index written;
  write_marks(written, marks);
  CHECK(*read_marks(*oci::read_index(oci::index_bytes(written))) == marks);
}

TEST_CASE("gc: a layout that mesh did not write is left alone, whatever is in it") {
  const std::string unused = "unused";
  const std::string key = oci::blob_key("sales/orders", oci::digest_of(unused));
  const auto is_left_alone = [&](store::Store& store) {
    const auto keys = store.list("");
    std::map<std::string, std::string> before;
    for (const std::string& one : *keys) before[one] = store.get(one, 1 << 20)->bytes;
    for (const int day : {100, 200}) {
      CHECK(find_garbage(store, kOrders, {}, at_day(day))->is_foreign);
      const auto collected = collect_garbage(store, kOrders, {}, at_day(day));
      REQUIRE(collected);
      CHECK(collected->is_foreign);
      CHECK(collected->marked.empty());
      CHECK(collected->deleted.empty());
    }
    CHECK(*store.list("") == *keys);
    for (const auto& [one, bytes] : before) CHECK(store.get(one, 1 << 20)->bytes == bytes);
  };
  SUBCASE("another tool's index") {
    Watched store;
    REQUIRE(store.create("sales/orders/oci-layout", oci::kLayoutBytes, {}));
    REQUIRE(store.create("sales/orders/index.json", R"({"schemaVersion":2,"manifests":[]})", {}));
    REQUIRE(store.create(key, unused, {}));
    is_left_alone(store);
  }
  SUBCASE("blobs alone") {
    Watched store;
    REQUIRE(store.create(key, unused, {}));
    is_left_alone(store);
    REQUIRE(store.create("sales/orders/oci-layout", "{}", {}));
    is_left_alone(store);
  }
  SUBCASE("what a publisher left that was killed is not foreign") {
    Watched store;
    REQUIRE(store.create("sales/orders/oci-layout", oci::kLayoutBytes, {}));
    REQUIRE(store.create(key, unused, {}));
    CHECK(collect_garbage(store, kOrders, {}, at_day(100))->marked.size() == 1);
    CHECK(collect_garbage(store, kOrders, {}, at_day(114))->deleted.size() == 1);
    CHECK_FALSE(store.get(key, 100));
  }
}
