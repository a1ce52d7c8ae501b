#include "core/git/repository.hpp"
#include "tests/unit/run_git.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <filesystem>
#include <fstream>

namespace git = mesh::git;
using mesh::test::run_git;

namespace {

// A commit a second later than the one before it.
std::string commit(const std::string& folder, const std::string& message) {
  static int clock = 1'700'000'000;
  run_git(folder, "commit -q --allow-empty -m '" + message + "'", std::to_string(++clock) + " +0000");
  return run_git(folder, "rev-parse HEAD");
}

git::Repository open(const std::string& folder) {
  auto repository = git::Repository::open(folder);
  REQUIRE(repository);
  return std::move(*repository);
}

std::string named(const std::string& folder, const std::string& revision) {
  const auto commit = open(folder).commit_named(revision);
  return commit ? commit->hex() : commit.error().message;
}

std::string help_of(const std::string& folder, const std::string& revision) {
  const auto commit = open(folder).commit_named(revision);
  return commit ? "" : commit.error().help;
}

}  // namespace

TEST_CASE("git: what users write for a commit") {
  const mesh::test::TempFolder folder;
  const std::string& at = folder.path();
  run_git(at, "init -q .");
  const std::string first = commit(at, "first");
  const std::string second = commit(at, "second");
  run_git(at, "tag light");
  run_git(at, "tag -a -m tag v1.0");
  run_git(at, "tag -a -m tag signed v1.0");
  run_git(at, "checkout -q -b team/topic HEAD^");
  const std::string side = commit(at, "side");
  run_git(at, "update-ref refs/remotes/origin/main " + second);
  run_git(at, "symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main");
  run_git(at, "update-ref FETCH_HEAD " + first);
  run_git(at, "config branch.main.remote origin");
  run_git(at, "config branch.main.merge refs/heads/main");

  for (const std::string name : {"main", "light", "v1.0", "signed", "origin/main", "origin",
                                 "refs/heads/main", "heads/main", "tags/v1.0", "main@{u}", "main@{upstream}",
                                 "v1.0^{}", "v1.0^{commit}", "main^0", "main~0"}) {
    CAPTURE(name);
    CHECK(named(at, name) == second);
  }
  CHECK(named(at, "v1.0-3-g" + second.substr(0, 9)) == second);
  CHECK(named(at, second) == second);
  CHECK(named(at, second.substr(0, 8)) == second);
  CHECK(named(at, "HEAD") == side);
  CHECK(named(at, "@") == side);
  CHECK(named(at, "team/topic") == side);
  CHECK(named(at, "FETCH_HEAD") == first);
  for (const char* const name : {"HEAD^", "HEAD~", "HEAD~1", "main~1", "main^1", "@~1"})
    CHECK(named(at, name) == first);
  CHECK(named(at, "main...HEAD") == first);
  CHECK(named(at, "main...") == first);

  run_git(at, "merge -q -s ours -m merge main");
  CHECK(named(at, "HEAD^2") == second);
  CHECK(named(at, "HEAD^2~1") == first);

  run_git(at, "pack-refs --all");
  run_git(at, "gc -q");
  CHECK(named(at, "v1.0") == second);
  CHECK(named(at, "origin") == second);
  CHECK(named(at, second.substr(0, 8)) == second);
}

TEST_CASE("git: what names no commit is told with what was meant") {
  const mesh::test::TempFolder folder;
  const std::string& at = folder.path();
  run_git(at, "init -q .");
  const std::string id = commit(at, "first");
  run_git(at, "branch release/2024");

  CHECK(named(at, "mian") == "`mian` is no branch, tag or commit of this repository");
  CHECK(help_of(at, "mian") == "did you mean `main`?");
  CHECK(help_of(at, "release/2025") == "did you mean `release/2024`?");
  CHECK(help_of(at, "zzzzzz") == "`git fetch` brings the branches and tags of others");
  CHECK(named(at, "main^") == "`main^` does not exist: commit " + id.substr(0, 12) + " has no parent");
  CHECK(named(at, "main@{1}") == "`main@{1}` asks the reflog, which is not read here");
  CHECK(named(at, "main@{u}") == "`main` follows no branch of a remote");
  CHECK(named(at, "a..b") == "`a..b` names more than one commit");
  CHECK(named(at, "main^{tree}") == "`main^{tree}` names no commit");
  CHECK(named(at, run_git(at, "rev-parse 'HEAD^{tree}'")).ends_with("is a tree, not a commit"));
  CHECK(named(at, std::string(40, '0')) == "commit `" + std::string(40, '0') + "` is not in this repository");
  for (const char* const odd :
       {"^", "~", "", "main~x", "main^^^^^^^", "main~99999999999999999999", "../../etc/passwd", "/etc/passwd",
        "refs/../HEAD", "main^{", "@{", ".."})
    CHECK_FALSE(open(at).commit_named(odd));
}

TEST_CASE("git: a shallow clone tells what it lacks and how to get it") {
  const mesh::test::TempFolder folder;
  const std::string whole = folder / "whole";
  std::filesystem::create_directories(whole);
  run_git(whole, "init -q .");
  const std::string first = commit(whole, "first");
  run_git(whole, "checkout -q -b topic");
  commit(whole, "topic");
  const std::string tip = commit(whole, "topic 2");
  run_git(whole, "checkout -q main");
  const std::string main = commit(whole, "main 2");
  run_git(folder.path(),
          "clone -q --depth 1 --no-single-branch --branch topic 'file://" + whole + "' shallow");
  const std::string shallow = folder / "shallow";

  auto repository = open(shallow);
  CHECK(repository.is_shallow());
  CHECK(repository.commit_named("origin/main")->hex() == main);
  const auto base = repository.merge_base(*repository.commit_named("HEAD"),
                                          *repository.commit_named("origin/main"), "HEAD and `origin/main`");
  REQUIRE_FALSE(base);
  CHECK(base.error().fault == mesh::Fault::not_found);
  CHECK(base.error().message ==
        "this is a shallow clone, and it ends before the merge base of HEAD and `origin/main`");
  CHECK(base.error().help.find("git fetch --unshallow") != std::string::npos);
  CHECK(base.error().help.find("fetch-depth: 0") != std::string::npos);
  CHECK(named(shallow, "HEAD~1") == "this is a shallow clone, and it ends before `HEAD~1`");
  CHECK(named(shallow, first) == "commit `" + first + "` is not in this repository");
  CHECK(help_of(shallow, first).find("--unshallow") != std::string::npos);

  run_git(shallow, "fetch -q --deepen=3");
  auto deeper = open(shallow);
  const auto found =
      deeper.merge_base(*deeper.commit_named("HEAD"), *deeper.commit_named("origin/main"), "them");
  REQUIRE(found);
  CHECK(found->hex() == first);
  CHECK(deeper.commit_named("HEAD")->hex() == tip);
}

TEST_CASE("git: an object that is broken, swapped or missing is an error that names it") {
  const mesh::test::TempFolder folder;
  const std::string& at = folder.path();
  run_git(at, "init -q .");
  const std::string first = commit(at, "first"), second = commit(at, "second");
  const auto path = [&](const std::string& id) {
    return at + "/.git/objects/" + id.substr(0, 2) + "/" + id.substr(2);
  };
  namespace fs = std::filesystem;
  const auto error = [&] {
    const auto commit = open(at).commit_named("HEAD");
    return commit ? "" : commit.error().message;
  };
  CHECK(error().empty());
  fs::permissions(path(second), fs::perms::owner_all);
  fs::copy_file(path(first), path(second), fs::copy_options::overwrite_existing);
  CHECK(error() == "object " + second + " holds something else");
  for (const std::string& bytes :
       {std::string(), std::string("x"), std::string("\x78\x9c", 2), std::string(5000, 'x')}) {
    std::ofstream(path(second), std::ios::binary | std::ios::trunc) << bytes;
    CHECK(error().starts_with("object " + second + ": "));
    CHECK(error().ends_with(" is broken"));
  }
  fs::remove(path(second));
  CHECK(error() == "object " + second + " is not in the repository");
}

TEST_CASE("git: a broken pack is an error, wherever it was cut or changed") {
  const mesh::test::TempFolder folder;
  const std::string& at = folder.path();
  run_git(at, "init -q .");
  for (int i = 0; i < 5; ++i) {
    std::ofstream(at + "/file") << std::string(3000, static_cast<char>('a' + i)) << i;
    run_git(at, "add file");
    commit(at, "commit");
  }
  run_git(at, "gc -q");
  namespace fs = std::filesystem;
  for (const fs::directory_entry& entry : fs::directory_iterator(at + "/.git/objects/pack")) {
    const std::string path = entry.path().string();
    if (!path.ends_with(".idx") && !path.ends_with(".pack")) continue;
    std::string bytes;
    {
      std::ifstream in(path, std::ios::binary);
      bytes.assign(std::istreambuf_iterator<char>(in), {});
    }
    fs::permissions(path, fs::perms::owner_all);
    // Whatever happens, it is an answer or an error.
    const auto try_all = [&] {
      auto repository = git::Repository::open(at);
      if (!repository) return;
      const auto head = repository->commit_named("HEAD");
      if (head) (void)repository->commit_named("HEAD~4");
      if (head) (void)repository->compare(*head, "");
    };
    for (size_t cut = 0; cut < bytes.size(); cut += 97) {
      std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes.substr(0, cut);
      try_all();
    }
    for (size_t place = 0; place < bytes.size(); place += 13) {
      std::string changed = bytes;
      changed[place] = static_cast<char>(changed[place] ^ 0x55);
      std::ofstream(path, std::ios::binary | std::ios::trunc) << changed;
      try_all();
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  CHECK(open(at).commit_named("HEAD~4"));
}

TEST_CASE("git: ways to keep a repository that are not read are told") {
  const mesh::test::TempFolder folder;
  const std::string& at = folder.path();
  run_git(at, "init -q .");
  commit(at, "first");
  const auto config = [&](const std::string& text) {
    std::ofstream(at + "/.git/config", std::ios::trunc) << text;
    const auto repository = git::Repository::open(at);
    return repository ? "" : repository.error().message;
  };
  CHECK(config("[extensions]\n\trefStorage = reftable\n") ==
        "the branches of this repository are kept as `reftable`, which is not read yet");
  CHECK(config("[extensions]\n\tobjectFormat = sha3\n")
            .starts_with("the repository names its objects by `sha3`"));
  CHECK(config("[core]\n\tbare = false\n").empty());
  const mesh::test::TempFolder outside;
  const auto none = git::Repository::open(outside.path());
  REQUIRE_FALSE(none);
  CHECK(none.error().fault == mesh::Fault::usage);
}

TEST_CASE("git: a partial clone without the content is told, with what fetches it") {
  const mesh::test::TempFolder folder;
  const std::string whole = folder / "whole";
  std::filesystem::create_directories(whole);
  run_git(whole, "init -q .");
  run_git(whole, "config uploadpack.allowFilter true");
  std::ofstream(whole + "/file") << "before\n";
  run_git(whole, "add file");
  const std::string first = commit(whole, "first");
  std::ofstream(whole + "/file") << "after\n";
  run_git(whole, "add file");
  commit(whole, "second");
  run_git(folder.path(), "clone -q --filter=blob:none 'file://" + whole + "' partial");
  auto repository = open(folder / "partial");
  const auto base = repository.commit_named("HEAD~1");
  REQUIRE(base);
  const auto compared = repository.compare(*base, "");
  REQUIRE(compared);
  REQUIRE(compared->files().size() == 1);
  CHECK(compared->state_of(compared->files()[0]) == git::FileState::changed);
  const auto blob = repository.blob(compared->files()[0].base->id);
  REQUIRE_FALSE(blob);
  CHECK(blob.error().fault == mesh::Fault::not_found);
  CHECK(blob.error().message.find("partial clone") != std::string::npos);
  CHECK(blob.error().help.find("git diff") != std::string::npos);
}
