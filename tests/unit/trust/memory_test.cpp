#include "core/trust/memory.hpp"

#include "core/base/files.hpp"
#include "tests/unit/temp_folder.hpp"

#include <filesystem>
#include <thread>

using namespace mesh;
using namespace mesh::trust;

TEST_CASE("memory: what was seen only grows") {
  const test::TempFolder folder;
  const auto check = [&](uint64_t serial, const std::string& digest, const std::string& place = "file:///x") {
    return check_and_remember(folder / "state/mesh", "shop", place, {serial, digest});
  };
  CHECK(check(2, "sha256:b"));
  CHECK(check(2, "sha256:b"));
  CHECK(check(3, "sha256:c"));
  const auto older = check(2, "sha256:b");
  REQUIRE_FALSE(older);
  CHECK(older.error().fault == Fault::corrupt);
  CHECK(older.error().message ==
        "root 2 of `shop` is older than root 3, which was seen there before: it is replayed");
  CHECK(older.error().help.find((folder / "state/mesh/trust/")) != std::string::npos);
  CHECK(was_seen(folder / "state/mesh", "shop", "file:///x"));
  CHECK_FALSE(was_seen(folder / "state/mesh", "shop", "file:///z"));
  CHECK_FALSE(was_seen(folder / "state/mesh", "else", "file:///x"));
  CHECK_FALSE(was_seen("", "shop", "file:///x"));
  CHECK(check(3, "sha256:other").error().fault == Fault::corrupt);
  CHECK(check(1, "sha256:a", "file:///y"));  // another place has a history of its own
  CHECK(check(4, "sha256:d"));
}

TEST_CASE("memory: a file that is damaged stops, one that cannot be written does not hide what is refused") {
  const test::TempFolder folder;
  const std::string state = folder / "mesh";
  REQUIRE(check_and_remember(state, "shop", "p", {2, "sha256:b"}));
  for (const auto& entry : std::filesystem::directory_iterator(state + "/trust"))
    REQUIRE(replace_file(entry.path().string(), "{"));
  CHECK(check_and_remember(state, "shop", "p", {3, "sha256:c"}).error().fault == Fault::corrupt);
  CHECK(check_and_remember("", "shop", "p", {1, "sha256:a"}).error().fault == Fault::local_io);
  CHECK(check_and_remember("/proc/mesh", "shop", "p", {1, "sha256:a"}).error().fault == Fault::local_io);
}

TEST_CASE("memory: of many at once the newest stays") {
  const test::TempFolder folder;
  const std::string state = folder / "mesh";
  std::vector<std::thread> threads;
  for (uint64_t serial = 1; serial <= 8; ++serial)
    threads.emplace_back([&, serial] {
      (void)check_and_remember(state, "shop", "p", {serial, "sha256:" + std::to_string(serial)});
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(check_and_remember(state, "shop", "p", {8, "sha256:8"}));
  CHECK_FALSE(check_and_remember(state, "shop", "p", {7, "sha256:7"}));
}
