#include "cmd/validate_fix.hpp"

#include "core/base/files.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

using namespace mesh;
using namespace mesh::cmd;

namespace {

// Writes one changed file of the workspace in `root`: the exit code, and what was said.
std::pair<int, std::string> write(const std::string& root, ChangedFile file) {
  std::istringstream in;
  std::ostringstream out, err;
  Streams streams{in, out, err, false, false, false, false, false, 80, {}};
  Fixed fixed;
  fixed.left.workspace.root = root;
  fixed.files.push_back(std::move(file));
  const int code = write_fixes(fixed, streams);
  CHECK(out.str().empty());
  return {code, err.str()};
}

std::string text_of(const std::string& path) { return read_file(path).value(); }

}  // namespace

TEST_CASE("a fixed file keeps its mode") {
  const test::TempFolder folder;
  REQUIRE(create_file(folder / "a.yaml", "one"));
  REQUIRE(::chmod((folder / "a.yaml").c_str(), 0640) == 0);
  CHECK(write(folder.path(), {"a.yaml", "a.yaml", "one", "two"}).first == kOk);
  CHECK(text_of(folder / "a.yaml") == "two");
  struct stat about {};
  REQUIRE(::stat((folder / "a.yaml").c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0640);
}

TEST_CASE("a file that changed since it was checked is left alone") {
  const test::TempFolder folder;
  REQUIRE(create_file(folder / "a.yaml", "three"));
  const auto [code, said] = write(folder.path(), {"a.yaml", "a.yaml", "one", "two"});
  CHECK(code == kConflict);
  CHECK(said.find("`a.yaml` changed while it was checked; it was not written") != std::string::npos);
  CHECK(text_of(folder / "a.yaml") == "three");
}

TEST_CASE("a link is written through inside of the workspace, and not out of it") {
  const test::TempFolder folder, outside;
  REQUIRE(create_file(folder / "real.yaml", "one"));
  REQUIRE(create_file(outside / "other.yaml", "one"));
  REQUIRE(::symlink("real.yaml", (folder / "in.yaml").c_str()) == 0);
  REQUIRE(::symlink((outside / "other.yaml").c_str(), (folder / "out.yaml").c_str()) == 0);
  CHECK(write(folder.path(), {"in.yaml", "in.yaml", "one", "two"}).first == kOk);
  CHECK(text_of(folder / "real.yaml") == "two");
  struct stat about {};
  REQUIRE(::lstat((folder / "in.yaml").c_str(), &about) == 0);
  CHECK(S_ISLNK(about.st_mode));
  CHECK(write(folder.path(), {"out.yaml", "out.yaml", "one", "two"}).first == kLocalIo);
  CHECK(text_of(outside / "other.yaml") == "one");
}

TEST_CASE("a file that is gone or is none is told, and standard input is never written") {
  const test::TempFolder folder;
  REQUIRE(make_folders(folder / "b.yaml"));
  CHECK(write(folder.path(), {"a.yaml", "a.yaml", "one", "two"}).first == kNothing);
  CHECK(write(folder.path(), {"b.yaml", "b.yaml", "one", "two"}).first == kLocalIo);
  CHECK(write(folder.path(), {"c.yaml", "c.yaml", "one", "two", true}).first == kOk);
  CHECK_FALSE(is_file(folder / "c.yaml"));
}
