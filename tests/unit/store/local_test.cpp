#include "core/store/store.hpp"

#include "core/base/folder.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <fstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace mesh;
using namespace mesh::store;
namespace fs = std::filesystem;

namespace {

void write(const std::string& path, std::string_view bytes) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string content(const std::string& path) {
  const auto bytes = read_file(path);
  return bytes ? *bytes : "<" + bytes.error().message + ">";
}

}  // namespace

TEST_CASE("local store: reading and listing make nothing, the first write makes the folder") {
  const test::TempFolder folder;
  const auto store = local_store(folder / "public");
  CHECK(store->get("a/b", 10).error().fault == Fault::not_found);
  CHECK(store->list("")->empty());
  CHECK(store->remove("a/b"));
  CHECK_FALSE(store->swap("a/b", Token("t"), "x", {}));
  CHECK_FALSE(fs::exists(folder / "public"));
  REQUIRE(store->create("a/b", "x", {}));
  CHECK(content(folder / "public/a/b") == "x");
}

TEST_CASE("local store: no folder or file is reached through a link") {
  const test::TempFolder folder;
  write(folder / "outside/secret", "secret");
  fs::create_directories(folder / "root/real");
  fs::create_directory_symlink("../outside", folder / "root/linked");
  fs::create_symlink("../../outside/secret", folder / "root/real/secret");
  fs::create_symlink("../../outside/new", folder / "root/real/dangling");
  const auto store = local_store(folder / "root");
  for (const char* key : {"linked/secret", "real/secret", "real/dangling"}) {
    CAPTURE(key);
    const auto got = store->get(key, 100);
    REQUIRE_FALSE(got);
    CHECK(got.error().fault == Fault::local_io);
    CHECK(got.error().message.find("symbolic link") != std::string::npos);
    CHECK(store->create(key, "x", {}).error().fault == Fault::local_io);
    CHECK_FALSE(store->swap(key, std::nullopt, "x", {}));
    CHECK_FALSE(store->swap(key, Token("t"), "x", {}));
  }
  CHECK_FALSE(store->create("linked/new", "x", {}));
  CHECK_FALSE(store->remove("linked/secret"));
  CHECK(store->list("")->empty());
  CHECK_FALSE(store->list("linked/"));
  CHECK(content(folder / "outside/secret") == "secret");
  CHECK_FALSE(fs::exists(folder / "outside/new"));
}

TEST_CASE("local store: the root itself may be a link, that is the user's own choice") {
  const test::TempFolder folder;
  fs::create_directories(folder / "disk");
  fs::create_directory_symlink("disk", folder / "public");
  REQUIRE(local_store(folder / "public")->create("k", "v", {}));
  CHECK(content(folder / "disk/k") == "v");
}

TEST_CASE("local store: the lock link of a stranger is not followed") {
  const test::TempFolder folder;
  write(folder / "root/p/index.json", "1");
  write(folder / "outside", "");
  fs::create_symlink("../../outside", folder / "root/p/oci-layout");
  const auto store = local_store(folder / "root");
  const auto object = store->get("p/index.json", 10);
  REQUIRE(object);
  CHECK(store->swap("p/index.json", object->token, "2", {}).error().fault == Fault::local_io);
  CHECK(content(folder / "root/p/index.json") == "1");
}

TEST_CASE("local store: what a killed writer left is not listed and goes with the next write") {
  const test::TempFolder folder;
  write(folder / "p/.mesh-1-0.tmp", "half");
  write(folder / "p/.mesh-2-0.tmp", "half");
  const auto store = local_store(folder.path());
  CHECK(store->list("")->empty());
  Descriptor living(::open((folder / "p/.mesh-2-0.tmp").c_str(), O_WRONLY | O_CLOEXEC));
  REQUIRE(::flock(living.get(), LOCK_EX) == 0);
  REQUIRE(store->create("p/k", "v", {}));
  CHECK_FALSE(fs::exists(folder / "p/.mesh-1-0.tmp"));
  CHECK(fs::exists(folder / "p/.mesh-2-0.tmp"));
  CHECK(*store->list("") == std::vector<std::string>{"p/k"});
}

TEST_CASE("local store: nothing is left beside the objects") {
  const test::TempFolder folder;
  const auto store = local_store(folder.path());
  REQUIRE(store->probe("p/oci-layout", "{}"));
  const auto token = store->swap("p/index.json", std::nullopt, "1", {});
  REQUIRE(token);
  REQUIRE(store->swap("p/index.json", *token, "2", {}));
  REQUIRE_FALSE(store->swap("p/index.json", *token, "3", {}));
  size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder / "p")) files += entry.is_regular_file();
  CHECK(files == 2);
}

TEST_CASE("local store: a probe of what is there writes nothing") {
  const test::TempFolder folder;
  const auto store = local_store(folder.path());
  REQUIRE(store->probe("p/oci-layout", "{}"));
  const auto file = fs::last_write_time(folder / "p/oci-layout"), place = fs::last_write_time(folder / "p");
  REQUIRE(local_store(folder.path())->probe("p/oci-layout", "{}"));
  CHECK(fs::last_write_time(folder / "p/oci-layout") == file);
  CHECK(fs::last_write_time(folder / "p") == place);
}

TEST_CASE("local store: a swap keeps the mode of the object and sees what others wrote in its place") {
  const test::TempFolder folder;
  const auto store = local_store(folder.path());
  const auto token = store->swap("index.json", std::nullopt, "1", {});
  REQUIRE(token);
  write(folder / "index.json", "2");
  CHECK(store->swap("index.json", *token, "3", {}).error().fault == Fault::conflict);
  REQUIRE(::chmod((folder / "index.json").c_str(), 0640) == 0);
  const auto now = store->get("index.json", 10);
  REQUIRE(now);
  REQUIRE(store->swap("index.json", now->token, "4", {}));
  struct stat about {};
  REQUIRE(::stat((folder / "index.json").c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0640);
}

TEST_CASE("local store: each swap is later than the one before, also after one from the future") {
  const test::TempFolder folder;
  const auto store = local_store(folder.path());
  REQUIRE(store->swap("index.json", std::nullopt, "1", {}));
  const auto future = fs::file_time_type::clock::now() + std::chrono::hours(48);
  fs::last_write_time(folder / "index.json", future);
  REQUIRE(store->swap("index.json", store->get("index.json", 10)->token, "1", {}));
  CHECK(fs::last_write_time(folder / "index.json") > future);
}

TEST_CASE("local store: a folder, a pipe or a file in the wrong place is an error with its path") {
  const test::TempFolder folder;
  write(folder / "file", "x");
  fs::create_directories(folder / "folder");
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  const auto store = local_store(folder.path());
  CHECK(store->create("folder", "x", {}).error().fault == Fault::local_io);
  CHECK(store->create("pipe", "x", {}).error().fault == Fault::local_io);
  CHECK(store->get("pipe", 10).error().fault == Fault::local_io);
  const auto below = store->create("file/k", "x", {});
  REQUIRE_FALSE(below);
  CHECK(below.error().fault == Fault::local_io);
  CHECK(below.error().message.find(folder / "file") != std::string::npos);
  CHECK(local_store(folder / "file")->create("k", "x", {}).error().fault == Fault::local_io);
  CHECK(*store->list("") == std::vector<std::string>{"file"});
}

TEST_CASE("local store: listing does not show what could not be a key") {
  const test::TempFolder folder;
  write(folder / "good", "x");
  write(folder / "bad\\name", "x");
  write(folder / "bad\xff", "x");
  write(folder / ".mesh-lock", "");
  CHECK(*local_store(folder.path())->list("") == std::vector<std::string>{"good"});
}
