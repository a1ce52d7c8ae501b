#include "core/scaffold/write.hpp"

#include "core/base/files.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace mesh;
using namespace mesh::scaffold;
using mesh::test::TempFolder;
namespace fs = std::filesystem;

namespace {

void put(const std::string& path, const std::string& bytes) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path) << bytes;
}

// Everything below, "a/" for a folder.
std::vector<std::string> listing(const TempFolder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
    names.push_back(entry.path().lexically_relative(folder.path()).string() +
                    (entry.is_directory() && !entry.is_symlink() ? "/" : ""));
  std::ranges::sort(names);
  return names;
}

const std::vector<File> kFiles{{"d/e/one", "1"}, {"d/two", "2"}, {"three", "3"}};

}  // namespace

TEST_CASE("scaffold: a new folder and its parents appear with all files and nothing else") {
  const TempFolder temporary;
  REQUIRE(write(temporary / "x/y/", kFiles, Existing::refuse));
  CHECK(listing(temporary) == std::vector<std::string>{"x/", "x/y/", "x/y/d/", "x/y/d/e/", "x/y/d/e/one",
                                                       "x/y/d/two", "x/y/three"});
  CHECK(read_file(temporary / "x/y/d/e/one") == "1");
}

TEST_CASE("scaffold: files go beside those that are there") {
  const TempFolder temporary;
  put(temporary / "x/own", "o");
  put(temporary / "x/d/mine", "m");
  REQUIRE(write(temporary / "x", kFiles, Existing::refuse));
  CHECK(listing(temporary) == std::vector<std::string>{"x/", "x/d/", "x/d/e/", "x/d/e/one", "x/d/mine",
                                                       "x/d/two", "x/own", "x/three"});
}

TEST_CASE("scaffold: a file with other content is named and then nothing is written") {
  const TempFolder temporary;
  put(temporary / "x/three", "mine");
  put(temporary / "x/d/two", "mine");
  const auto written = write(temporary / "x", kFiles, Existing::refuse);
  REQUIRE_FALSE(written);
  CHECK(written.error().fault == Fault::exists);
  CHECK(written.error().message.find("d/two`") != std::string::npos);
  CHECK(written.error().message.find("three`") != std::string::npos);
  CHECK(listing(temporary) == std::vector<std::string>{"x/", "x/d/", "x/d/two", "x/three"});
  const auto kept = write(temporary / "x", kFiles, Existing::keep);
  REQUIRE(kept);
  CHECK((*kept)[0].created);
  CHECK_FALSE((*kept)[1].created);
  CHECK(read_file(temporary / "x/three") == "mine");
}

TEST_CASE("scaffold: what a killed run left behind is no obstacle") {
  const TempFolder temporary;
  put(temporary / "x/d/e/one", "1");
  put(temporary / "x/.mesh-1-0.tmp", "half");
  const auto written = write(temporary / "x", kFiles, Existing::refuse);
  REQUIRE(written);
  CHECK_FALSE((*written)[0].created);
  CHECK((*written)[2].created);
  CHECK(read_file(temporary / "x/three") == "3");
}

TEST_CASE("scaffold: nothing is written through a link") {
  const TempFolder temporary;
  fs::create_directories(temporary / "outside");
  fs::create_directories(temporary / "x");
  SUBCASE("to a folder") { fs::create_directory_symlink(temporary / "outside", temporary / "x/d"); }
  SUBCASE("to a file") { fs::create_symlink(temporary / "outside/file", temporary / "x/three"); }
  SUBCASE("that leads nowhere") { fs::create_symlink("nowhere", temporary / "x/d"); }
  const auto before = listing(temporary);
  const auto written = write(temporary / "x", kFiles, Existing::refuse);
  REQUIRE_FALSE(written);
  CHECK(listing(temporary) == before);
}

TEST_CASE("scaffold: a link in the place of the new folder is not replaced") {
  const TempFolder temporary;
  fs::create_symlink("nowhere", temporary / "x");
  const auto written = write(temporary / "x", kFiles, Existing::refuse);
  REQUIRE_FALSE(written);
  CHECK(written.error().fault == Fault::usage);
  CHECK(listing(temporary) == std::vector<std::string>{"x"});
}

TEST_CASE("scaffold: a file on the way is said to be no folder") {
  const TempFolder temporary;
  put(temporary / "x/d", "file");
  CHECK(write(temporary / "x", kFiles, Existing::keep).error().fault == Fault::usage);
  CHECK(write(temporary / "x/d", kFiles, Existing::keep).error().fault == Fault::usage);
  CHECK_FALSE(write(temporary / "x/d/deeper", kFiles, Existing::keep));
  CHECK(listing(temporary) == std::vector<std::string>{"x/", "x/d"});
}

TEST_CASE("scaffold: paths that clash or escape are refused before anything is written") {
  const TempFolder temporary;
  for (const std::vector<File>& files : {std::vector<File>{{"a", ""}, {"A", ""}},
                                         {{"a", ""}, {"../b", ""}},
                                         {{"a", ""}, {".git/hooks/post-commit", ""}}}) {
    const auto written = write(temporary / "x", files, Existing::refuse);
    REQUIRE_FALSE(written);
    CHECK(written.error().fault == Fault::usage);
  }
  CHECK(listing(temporary).empty());
}

TEST_CASE("scaffold: what was made is taken back when a later file fails") {
  const TempFolder temporary;
  fs::create_directories(temporary / "x/d");
  const std::vector<File> files{{"d/e/one", "1"}, {"three", "3"}, {"three/four", "4"}};
  const auto before = listing(temporary);
  const auto written = write(temporary / "x", files, Existing::refuse);
  REQUIRE_FALSE(written);
  CHECK(listing(temporary) == before);
}

TEST_CASE("scaffold: the umask decides who may read the files") {
  const TempFolder temporary;
  const mode_t before = ::umask(027);
  const auto written = write(temporary / "x", kFiles, Existing::refuse);
  ::umask(before);
  REQUIRE(written);
  CHECK((fs::status(temporary / "x/three").permissions() & fs::perms::all) == fs::perms{0640});
  CHECK((fs::status(temporary / "x/d").permissions() & fs::perms::all) == fs::perms{0750});
}
