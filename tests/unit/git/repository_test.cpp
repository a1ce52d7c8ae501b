#include "core/git/repository.hpp"

#include "tests/unit/run_git.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <fstream>

#include <sys/stat.h>

namespace git = mesh::git;
namespace fs = std::filesystem;

namespace {

using mesh::test::run_git;

std::string commit(const std::string& folder, const std::string& message) {
  run_git(folder, "commit -q --allow-empty -m '" + message + "'");
  const std::string id = run_git(folder, "rev-parse HEAD");
  REQUIRE(id.size() >= 40);
  return id;
}

void write(const std::string& path, std::string_view text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

const std::string kId(40, 'a');

}  // namespace

TEST_CASE("git: the commit that is checked out is found from any folder below") {
  const mesh::test::TempFolder folder;
  const std::string root = fs::canonical(folder.path()).string();
  run_git(folder.path(), "init -q .");
  CHECK(git::repository_root(folder.path()) == root);
  CHECK_FALSE(git::head_revision(folder.path()));
  const std::string first = commit(folder.path(), "first");
  fs::create_directories(folder / "domains/sales");
  CHECK(git::head_revision(folder / "domains/sales") == first);
  CHECK(git::repository_root(folder / "domains/sales") == root);
  run_git(folder.path(), "checkout -q -b topic/with-slash");
  const std::string second = commit(folder.path(), "second");
  CHECK(git::head_revision(folder.path()) == second);
  run_git(folder.path(), "checkout -q --detach " + first);
  CHECK(git::head_revision(folder.path()) == first);
}

TEST_CASE("git: packed refs count, and a loose one is newer") {
  const mesh::test::TempFolder folder;
  run_git(folder.path(), "init -q .");
  const std::string first = commit(folder.path(), "first");
  run_git(folder.path(), "tag -a -m tag v1");
  run_git(folder.path(), "branch main-old");
  run_git(folder.path(), "pack-refs --all");
  REQUIRE_FALSE(fs::exists(folder / ".git/refs/heads/main"));
  CHECK(git::head_revision(folder.path()) == first);
  const std::string second = commit(folder.path(), "second");
  CHECK(git::head_revision(folder.path()) == second);
}

TEST_CASE("git: a work tree and a submodule have their own HEAD behind a .git file") {
  const mesh::test::TempFolder folder;
  const std::string main = folder / "main";
  fs::create_directories(main);
  run_git(main, "init -q .");
  const std::string first = commit(main, "first");
  run_git(main, "worktree add -q -b side ../side");
  const std::string second = commit(folder / "side", "second");
  REQUIRE(fs::is_regular_file(folder / "side/.git"));
  CHECK(git::head_revision(folder / "side") == second);
  CHECK(git::head_revision(main) == first);
  CHECK(git::repository_root(folder / "side") == fs::canonical(folder / "side").string());
  run_git(main, "pack-refs --all");
  CHECK(git::head_revision(folder / "side") == second);

  fs::create_directories(folder / "outer");
  run_git(folder / "outer", "init -q .");
  commit(folder / "outer", "outer");
  run_git(folder / "outer", "submodule --quiet add ../main inner");
  REQUIRE(fs::is_regular_file(folder / "outer/inner/.git"));
  CHECK(git::head_revision(folder / "outer/inner") == first);
}

TEST_CASE("git: a repository of SHA-256 has ids of 64 digits") {
  const mesh::test::TempFolder folder;
  run_git(folder.path(), "init -q --object-format=sha256 .");
  const std::string id = commit(folder.path(), "first");
  CHECK(id.size() == 64);
  CHECK(git::head_revision(folder.path()) == id);
}

TEST_CASE("git: outside of a repository there is no revision") {
  const mesh::test::TempFolder folder;
  CHECK_FALSE(git::head_revision(folder.path()));
  CHECK_FALSE(git::repository_root(folder.path()));
  CHECK_FALSE(git::head_revision(folder / "not/there"));
  fs::create_directories(folder / ".git");
  CHECK_FALSE(git::repository_root(folder.path()));
}

TEST_CASE("git: a crafted repository yields no revision and leads nowhere else") {
  const mesh::test::TempFolder folder;
  write(folder / "secret", kId + "\n");
  write(folder / ".git/refs/heads/a b", kId);
  write(folder / ".git/config", kId);
  for (const std::string& head :
       {std::string(), std::string("ref:"), std::string("ref: ../secret"),
        std::string("ref: refs/../../secret"), std::string("ref: refs/heads/../../../secret"),
        std::string("ref: /etc/hostname"), std::string("ref: config"), std::string("ref: refs/heads/a b"),
        std::string("ref: refs/heads/.invalid"), std::string("ref: refs//heads"), kId + kId,
        std::string(40, 'A'), std::string(40, 'g'), std::string(39, 'a'), std::string(5000, 'a'),
        std::string("ref: refs/heads/\0x", 18)}) {
    CAPTURE(head);
    write(folder / ".git/HEAD", head);
    CHECK_FALSE(git::head_revision(folder.path()));
    CHECK(git::repository_root(folder.path()));
  }
  write(folder / ".git/HEAD", "ref: refs/heads/main\n");
  write(folder / ".git/refs/heads/main", "ref: refs/heads/main\n");
  CHECK_FALSE(git::head_revision(folder.path()));
  fs::remove(folder / ".git/refs/heads/main");
  REQUIRE(::mkfifo((folder / ".git/refs/heads/main").c_str(), 0600) == 0);
  write(folder / ".git/packed-refs", "# pack-refs with: peeled\nnonsense refs/heads/main\n" + kId +
                                         " refs/heads/main2\n^" + kId + " refs/heads/main\n");
  CHECK_FALSE(git::head_revision(folder.path()));
  write(folder / ".git/packed-refs", kId + " refs/heads/main");
  CHECK(git::head_revision(folder.path()) == kId);
}

TEST_CASE("git: a .git file that names no repository is passed by") {
  const mesh::test::TempFolder folder;
  run_git(folder.path(), "init -q .");
  const std::string id = commit(folder.path(), "first");
  for (const std::string& text :
       {std::string("gitdir: nowhere\n"), std::string("gitdir:"), std::string("garbage"),
        std::string("gitdir: a\nb"), std::string(9000, 'x')}) {
    CAPTURE(text);
    write(folder / "sub/.git", text);
    CHECK(git::head_revision(folder / "sub") == id);
  }
}
