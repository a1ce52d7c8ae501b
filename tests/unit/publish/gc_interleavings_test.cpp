#include "core/model/version.hpp"
#include "core/oci/layout.hpp"
#include "core/publish/commit.hpp"
#include "core/publish/gc.hpp"
#include "core/publish/marks.hpp"
#include "core/publish/reach.hpp"
#include "tests/unit/publish/interleave.hpp"
#include "tests/unit/publish/sample.hpp"

#include <doctest.h>

#include <algorithm>
#include <set>

using namespace mesh;
using namespace mesh::publish;
using namespace mesh::publish::interleave;

namespace {

const Identity kOrders{"sales", "orders"};
constexpr int64_t kDay = 24 * 60 * 60;
constexpr int64_t kNow = 20'000 * kDay;

// Time passes only in sleep, ten seconds each: an actor waits three times and gives up.
Options options_at(int64_t seconds) {
  Options options;
  options.created = "2024-05-01T12:00:00Z";
  options.patience = std::chrono::seconds(25);
  const auto now = std::make_shared<std::chrono::milliseconds>(0);
  options.clock = {[now] { return *now; },
                   [now](std::chrono::milliseconds) { *now += std::chrono::seconds(10); },
                   [seconds] { return seconds; }};
  return options;
}

std::string fault_of(const Error& error) {
  return error.fault == Fault::temporary ? "temporary" : "failed: " + error.message;
}

Actor publisher(const Release& release) {
  return [&release](store::Store& store) {
    const Receipt receipt = apply(store, release, options_at(kNow));
    if (receipt.action == Action::refused)
      return receipt.fault == Fault::temporary ? std::string("temporary") : "failed: " + receipt.reason;
    return std::string(name_of(receipt.action));
  };
}

Actor collector(unsigned grace_days, int64_t seconds = kNow, bool take_over = false) {
  return [=](store::Store& store) {
    const auto garbage =
        collect_garbage(store, kOrders, {grace_days, SIZE_MAX, take_over}, options_at(seconds));
    return garbage ? std::string("collected") : fault_of(garbage.error());
  };
}

std::set<std::string> blobs_in(const World& world) {
  std::set<std::string> blobs;
  for (const auto& [key, entry] : world.objects)
    if (key.find("/blobs/") != key.npos) blobs.insert("sha256:" + key.substr(key.rfind('/') + 1));
  return blobs;
}

std::optional<oci::Index> index_of(const World& world) {
  const auto found = world.objects.find("sales/orders/index.json");
  if (found == world.objects.end()) return std::nullopt;
  return *oci::read_index(*found->second.bytes);
}

// What the index leads to, by a walk of its own: of a manifest its config and layers.
std::optional<std::string> missing_in(const World& world, std::set<std::string>* reached = nullptr) {
  const auto index = index_of(world);
  if (!index) return std::nullopt;
  const auto blobs = blobs_in(world);
  std::set<std::string> needed;
  for (const oci::Descriptor& entry : index->manifests) {
    needed.insert(entry.digest);
    const auto manifest = world.objects.find(oci::blob_key("sales/orders", entry.digest));
    if (manifest == world.objects.end()) return "the index leads to a manifest that is missing";
    const auto document = *oci::read_json(*manifest->second.bytes);
    needed.insert(*document.find("config")->string_at("digest"));
    for (const oci::Json& layer : document.find("layers")->items) needed.insert(*layer.string_at("digest"));
  }
  for (const std::string& digest : needed)
    if (!blobs.contains(digest)) return "the index leads to " + digest + ", which is missing";
  if (reached) *reached = needed;
  return std::nullopt;
}

// Everybody crashed here. Whoever comes later finds the product whole, and garbage goes away in the end.
std::optional<std::string> wrong_after_crash(const World& crashed, const Release& release) {
  if (auto missing = missing_in(crashed)) return missing;
  for (const bool publishes_first : {true, false}) {
    World world = crashed;
    const auto publish = [&]() -> std::optional<std::string> {
      Actor again = [&](store::Store& store) {
        return std::string(name_of(apply(store, release, options_at(kNow + 4 * kDay)).action));
      };
      const std::string outcome = run_whole(world, again);
      if (outcome != "created" && outcome != "unchanged") return "the next publish: " + outcome;
      return missing_in(world);
    };
    if (publishes_first)
      if (auto wrong = publish()) return wrong;
    for (const int64_t days : {30, 60}) {
      const std::string outcome = run_whole(world, collector(14, kNow + days * kDay));
      if (outcome != "collected") return "the next collection: " + outcome;
      if (auto missing = missing_in(world)) return "after the next collection " + *missing;
    }
    std::set<std::string> reached;
    missing_in(world, &reached);
    if (blobs_in(world) != reached) return std::string("garbage is left");
    if (const auto index = index_of(world))
      if (Marks marks = *read_marks(*index); !marks.doomed.empty() || !marks.deleting.empty())
        return std::string("marks are left");
    if (!publishes_first)
      if (auto wrong = publish()) return wrong;
  }
  return std::nullopt;
}

// sales/orders 1.0.0 is published, and all blobs of 1.1.0 are there without it.
struct Scene {
  TempFolder folder;
  Release old = release_of(folder, "1.0.0", orders());
  Release release;
  World start;

  explicit Scene(bool has_index = true, std::optional<int64_t> marked = {},
                 const std::string& contract = "id: d\n")
      : release(release_of(folder, "1.1.0", orders(contract))) {
    World next;
    if (has_index) run_whole(start, publisher(old));
    next = start;
    run_whole(next, publisher(release));
    for (const auto& [key, entry] : next.objects)
      if (!key.ends_with(".json") && !start.objects.contains(key)) start.put(key, *entry.bytes);
    if (marked) run_whole(start, collector(14, *marked));
  }

  Explored explore(std::vector<Actor> actors) const {
    // What comes after a crash of all depends on nothing but what they left.
    std::map<std::string, std::optional<std::string>> known;
    const auto check = [&](const World& world) {
      const auto [found, is_new] = known.try_emplace(contents_of(world));
      if (is_new) found->second = wrong_after_crash(world, release);
      return found->second;
    };
    return Explorer(std::move(actors), check).run(start);
  }
  Explored explore_without_recovery(std::vector<Actor> actors) const {
    return Explorer(std::move(actors), [](const World& world) { return missing_in(world); }).run(start);
  }
};

void check_all_is_well(const Explored& explored) {
  CAPTURE(explored.states);
  CAPTURE(explored.ends);
  for (const std::string& wrong : explored.wrong) FAIL_CHECK(wrong);
  CHECK(explored.ends > 1);
  for (const std::string& outcome : explored.outcomes) {
    CAPTURE(outcome);
    CHECK(outcome.find("failed") == outcome.npos);
  }
}

// A publisher of its own, written as simply as can be, which forgets one thing.
enum class Forgets { nothing, counter, deleting };

Actor twin_publisher(const Release& release, Forgets forgets) {
  return [&release, forgets](store::Store& store) -> std::string {
    std::map<std::string, std::string> blobs{
        {release.digest, release.bytes()},
        {oci::digest_of(oci::kEmptyConfig), std::string(oci::kEmptyConfig)}};
    for (const ReleaseFile& file : release.files) {
      const auto bytes = bytes_of(release, file);
      blobs.emplace(oci::digest_of(*bytes), *bytes);
    }
    // What a release leads to is no garbage, and no release ever goes.
    for (const ReleaseFile& file : release.files)
      if (file.digest() == oci::digest_of("id: c\n") || file.media_type == oci::kOdpsType)
        blobs.erase(file.digest());
    blobs.erase(oci::digest_of(oci::kEmptyConfig));
    std::optional<uint64_t> put_under;
    for (int tries = 0; tries < 4; ++tries) {
      const auto stored = *read_stored(store, kOrders);
      Marks marks = *read_marks(stored->index);
      const bool deleting =
          std::ranges::any_of(blobs, [&](const auto& blob) { return marks.deleting.contains(blob.first); });
      if (deleting && forgets != Forgets::deleting) continue;
      if (!put_under || (*put_under != marks.counter && forgets != Forgets::counter))
        for (const auto& [digest, bytes] : blobs)
          (void)store.create(oci::blob_key("sales/orders", digest), bytes, {});
      put_under = marks.counter;
      for (const auto& [digest, bytes] : blobs) {
        marks.doomed.erase(digest);
        marks.deleting.erase(digest);
      }
      oci::Index index = stored->index;
      oci::Descriptor entry = oci::describe(oci::kManifestType, release.bytes());
      entry.annotations.emplace(oci::kRefName, release.tag);
      index.put(entry);
      ++index.rev;
      write_marks(index, marks);
      if (store.swap("sales/orders/index.json", stored->token, oci::index_bytes(index), {})) return "created";
    }
    return "temporary";
  };
}

// A collector that deletes what is marked without giving it up in the index first.
Actor hasty_collector() {
  return [](store::Store& store) -> std::string {
    const auto stored = *read_stored(store, kOrders);
    Marks marks = *read_marks(stored->index);
    const auto reach = *reach_of(store, kOrders, stored->index);
    for (const auto& [digest, since] : marks.doomed)
      if (!reach.keeps(digest)) (void)store.remove(oci::blob_key("sales/orders", digest));
    oci::Index index = stored->index;
    marks.doomed.clear();
    ++marks.counter;
    ++index.rev;
    write_marks(index, marks);
    (void)store.swap("sales/orders/index.json", stored->token, oci::index_bytes(index), {});
    return "collected";
  };
}

}  // namespace

TEST_CASE("gc in every order: a publisher whose blobs are marked and ripe, and a collector") {
  const Scene scene(true, kNow - 20 * kDay);
  const Explored explored = scene.explore({publisher(scene.release), collector(14)});
  check_all_is_well(explored);
  MESSAGE(explored.states << " states, " << explored.ends << " ends");
  CHECK(explored.outcomes.contains("created, collected"));
}

TEST_CASE("gc in every order: a publisher, and a collector that gives up what it has just found") {
  const Scene scene;
  const Explored explored = scene.explore({publisher(scene.release), collector(0)});
  check_all_is_well(explored);
  MESSAGE(explored.states << " states, " << explored.ends << " ends");
}

TEST_CASE("gc in every order: a first publish, where a killed one left its blobs and no index") {
  const Scene scene(false);
  const Explored explored = scene.explore({publisher(scene.release), collector(0)});
  check_all_is_well(explored);
  MESSAGE(explored.states << " states, " << explored.ends << " ends");
}

TEST_CASE("gc in every order: a publisher and a collector that only marks") {
  const Scene scene;
  check_all_is_well(scene.explore({publisher(scene.release), collector(14)}));
}

TEST_CASE("gc in every order: two collectors, and one that takes over from one that lives") {
  const Scene scene(true, kNow - 20 * kDay);
  check_all_is_well(scene.explore({collector(14), collector(0)}));
  check_all_is_well(scene.explore({collector(14), collector(14, kNow + 2 * kDay)}));
}

// Three have very many orders: with the plain publisher, of a release that differs from the one before in its
// manifest alone.
TEST_CASE("gc in every order: a publisher and two collectors") {
  Scene scene(true, kNow - 20 * kDay, "id: c\n");
  const Explored explored = scene.explore_without_recovery(
      {twin_publisher(scene.release, Forgets::nothing), collector(14), collector(14)});
  check_all_is_well(explored);
  MESSAGE(explored.states << " states, " << explored.ends << " ends");
}

TEST_CASE("gc in every order: the twin that forgets nothing passes, those that forget something are caught") {
  const Scene scene(true, kNow - 20 * kDay);
  check_all_is_well(scene.explore({twin_publisher(scene.release, Forgets::nothing), collector(14)}));
  for (const Forgets forgets : {Forgets::counter, Forgets::deleting}) {
    const Explored explored = scene.explore({twin_publisher(scene.release, forgets), collector(14)});
    REQUIRE_FALSE(explored.wrong.empty());
    CHECK(explored.wrong.front().find("missing") != std::string::npos);
  }
  const Explored hasty = scene.explore({publisher(scene.release), hasty_collector()});
  REQUIRE_FALSE(hasty.wrong.empty());
  CHECK(hasty.wrong.front().find("missing") != std::string::npos);
}
