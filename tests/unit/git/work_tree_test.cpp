#include "core/git/repository.hpp"
#include "tests/unit/run_git.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <filesystem>
#include <fstream>

namespace git = mesh::git;
namespace fs = std::filesystem;
using mesh::test::run_git;

namespace {

class Sample {
 public:
  Sample() {
    run_git(at, "init -q .");
    write("a.yaml", "a\n");
    write("sub/b.yaml", "b\n");
    write("sub/c.yaml", "c\n");
    save();
  }
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories(fs::path(at + "/" + path).parent_path());
    std::ofstream(at + "/" + path, std::ios::binary | std::ios::trunc) << text;
  }
  void save() const {
    run_git(at, "add -A");
    run_git(at, "commit -q -m commit");
  }
  // "M a.yaml", one a line.
  std::string states(const std::string& below = "") const {
    auto repository = git::Repository::open(at);
    REQUIRE(repository);
    const auto compared = repository->compare(repository->head(), below);
    REQUIRE(compared);
    std::string text;
    for (const git::WorkTreeFile& file : compared->files()) {
      const git::FileState state = compared->state_of(file);
      if (state == git::FileState::same || state == git::FileState::absent) continue;
      text += (state == git::FileState::gone ? "D " : file.base ? "M " : "A ") + file.path + "\n";
    }
    return text;
  }

 private:
  mesh::test::TempFolder folder_;

 public:
  const std::string at = folder_.path();
};

}  // namespace

TEST_CASE("git: what was changed, staged or removed differs from the commit") {
  const Sample sample;
  CHECK(sample.states() == "");
  sample.write("a.yaml", "changed\n");
  fs::remove(sample.at + "/sub/b.yaml");
  sample.write("sub/new.yaml", "new\n");
  CHECK(sample.states() == "M a.yaml\nD sub/b.yaml\n");
  run_git(sample.at, "add -A");
  CHECK(sample.states() == "M a.yaml\nD sub/b.yaml\nA sub/new.yaml\n");
  CHECK(sample.states("sub") == "D sub/b.yaml\nA sub/new.yaml\n");
  CHECK(sample.states("elsewhere") == "");
  run_git(sample.at, "rm -q --cached sub/c.yaml");
  CHECK(sample.states("sub") == "D sub/b.yaml\nA sub/new.yaml\n");
}

TEST_CASE("git: a file that was only touched, or whose line ends were converted, is the same") {
  const Sample sample;
  sample.write("a.yaml", "a\n");
  sample.write("sub/b.yaml", "b\r\n");
  CHECK(sample.states() == "");
  sample.write("sub/b.yaml", "c\r\n");
  CHECK(sample.states() == "M sub/b.yaml\n");
}

TEST_CASE("git: without an index every file is looked into") {
  const Sample sample;
  sample.write("a.yaml", "changed\n");
  for (const std::string& index : {std::string(), std::string("DIRC\0\0\0\2\xff\xff\xff\xff", 12)}) {
    std::ofstream(sample.at + "/.git/index", std::ios::binary | std::ios::trunc) << index;
    CHECK(sample.states() == "M a.yaml\n");
  }
  fs::remove(sample.at + "/.git/index");
  CHECK(sample.states() == "M a.yaml\n");
}

TEST_CASE("git: every form of the index tells the same") {
  const Sample sample;
  sample.write("a.yaml", "changed\n");
  for (const std::string form :
       {"update-index --index-version 2", "update-index --index-version 3", "update-index --index-version 4",
        "update-index --split-index", "update-index --no-split-index",
        "update-index --index-version 2 --skip-worktree sub/b.yaml",
        "update-index --index-version 4 --intent-to-add a.yaml"}) {
    CAPTURE(form);
    run_git(sample.at, form);
    CHECK(sample.states() == "M a.yaml\n");
  }
}

TEST_CASE("git: files that a sparse work tree leaves out are not gone") {
  const Sample sample;
  sample.write("other/d.yaml", "d\n");
  sample.save();
  for (const char* const cone : {"--no-sparse-index", "--sparse-index"}) {
    run_git(sample.at, std::string("sparse-checkout set --cone ") + cone + " sub");
    CHECK_FALSE(fs::exists(sample.at + "/other/d.yaml"));
    CHECK(sample.states() == "");
  }
}

TEST_CASE("git: a link that is no file any more and a file in conflict differ") {
  const Sample sample;
  fs::remove(sample.at + "/a.yaml");
  fs::create_symlink("sub/b.yaml", sample.at + "/a.yaml");
  CHECK(sample.states() == "M a.yaml\n");
  run_git(sample.at, "checkout -q -f main");
  run_git(sample.at, "checkout -q -b one");
  sample.write("a.yaml", "one\n");
  sample.save();
  run_git(sample.at, "checkout -q -b two main");
  sample.write("a.yaml", "two\n");
  sample.save();
  run_git(sample.at, "merge -q one");
  CHECK(run_git(sample.at, "ls-files -u").find("a.yaml") != std::string::npos);
  CHECK(sample.states() == "M a.yaml\n");
}
