#include "core/base/files.hpp"

#include "core/base/folder.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <sys/stat.h>

using namespace mesh;
namespace fs = std::filesystem;

TEST_CASE("files: what was written is read, an old file keeps its mode") {
  const test::TempFolder folder;
  const std::string path = folder / "a.yaml";
  REQUIRE(create_file(path, "one"));
  CHECK(*read_file(path) == "one");
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
  REQUIRE(replace_file(path, "two", Sync::yes));
  CHECK(*read_file(path) == "two");
  struct stat about {};
  REQUIRE(::stat(path.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("files: creating never replaces, not even a link to nowhere") {
  const test::TempFolder folder;
  REQUIRE(create_file(folder / "a", "one"));
  const auto again = create_file(folder / "a", "two");
  REQUIRE_FALSE(again);
  CHECK(again.error().fault == Fault::exists);
  CHECK(*read_file(folder / "a") == "one");
  fs::create_symlink("nowhere", folder / "link");
  CHECK(create_file(folder / "link", "x").error().fault == Fault::exists);
  CHECK_FALSE(fs::exists(folder / "nowhere"));
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 2);
}

TEST_CASE("files: a file over the limit is not read, one at the limit is") {
  const test::TempFolder folder;
  REQUIRE(create_file(folder / "a", "12345"));
  CHECK(*read_file(folder / "a", 5) == "12345");
  const auto large = read_file(folder / "a", 4);
  REQUIRE_FALSE(large);
  CHECK(large.error().fault == Fault::usage);
  CHECK(read_file("/dev/zero", 1000).error().fault == Fault::usage);
}

TEST_CASE("files: what is missing is not_found, a folder is no file") {
  const test::TempFolder folder;
  CHECK(read_file(folder / "none").error().fault == Fault::not_found);
  CHECK(create_file(folder / "none/a", "x").error().fault == Fault::not_found);
  CHECK(replace_file(folder / "none/a", "x").error().fault == Fault::not_found);
  CHECK(read_file(folder.path()).error().fault == Fault::usage);
  CHECK(replace_file(folder.path(), "x").error().fault == Fault::local_io);
}

TEST_CASE("files: folders are made as deep as needed, and again without harm") {
  const test::TempFolder folder;
  REQUIRE(make_folders(folder / "a//b/c/", Sync::yes));
  CHECK(is_folder(folder / "a/b/c"));
  CHECK(make_folders(folder / "a/b/c"));
  CHECK(make_folders("."));
  CHECK(make_folders("/"));
  REQUIRE(create_file(folder / "file", ""));
  CHECK(make_folders(folder / "file").error().fault == Fault::local_io);
  CHECK(make_folders(folder / "file/below").error().fault == Fault::local_io);
}

TEST_CASE("folder: paths fall into folder and name") {
  CHECK(folder_part("a/b/c") == "a/b");
  CHECK(name_part("a/b/c") == "c");
  CHECK(folder_part("c").empty());
  CHECK(name_part("c") == "c");
}

TEST_CASE("folder: errors name the whole path") {
  const test::TempFolder folder;
  const auto open = Folder::open(folder.path());
  REQUIRE(open);
  const auto below = open->make_below("a/b", Sync::no);
  REQUIRE(below);
  const auto missing = below->read("x", 10);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message.find(folder / "a/b/x") != std::string::npos);
  CHECK(open->open_below("a/c").error().fault == Fault::not_found);
  CHECK(open->kind("a") == FileKind::folder);
  CHECK(open->kind("z") == FileKind::absent);
  CHECK(open->remove("z", Sync::no));
  CHECK(open->remove("a", Sync::no));
  CHECK(is_folder(folder / "a"));
}
