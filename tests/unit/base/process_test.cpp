#include "core/base/process.hpp"

#include <doctest.h>

#include <cstdlib>

using namespace mesh;
using namespace std::chrono_literals;

static Result<Finished> shell(const std::string& script, std::string_view in = {},
                              ProcessLimits limits = {}) {
  return run_program({"sh", "-c", script}, in, limits);
}

TEST_CASE("process: a program reads its input, and what it writes and its exit code come back") {
  const auto done = shell("cat; echo \"$0 $#\"; echo never >&2; exit 3", "registry.example.com");
  REQUIRE(done);
  CHECK(done->out == "registry.example.comsh 0\n");
  CHECK(done->code == 3);
  CHECK(shell("exit 0", "nobody reads this")->code == 0);
  CHECK(shell("kill -9 $$")->code == 128 + 9);
}

TEST_CASE("process: words are words, and no shell looks at them") {
  const auto done = run_program({"printf", "%s|", "a b", "$HOME", "`x`", "*", ""}, "");
  REQUIRE(done);
  CHECK(done->out == "a b|$HOME|`x`|*||");
}

TEST_CASE("process: a program that is not there is not_found") {
  const auto done = run_program({"mesh-no-such-program"}, "");
  REQUIRE_FALSE(done);
  CHECK(done.error().fault == Fault::not_found);
}

TEST_CASE("process: what takes too long or writes too much is ended, with what it started") {
  const auto begun = std::chrono::steady_clock::now();
  const auto slow = shell("sleep 30 & sleep 30", "", {.time = 200ms});
  REQUIRE_FALSE(slow);
  CHECK(slow.error().fault == Fault::temporary);
  const auto loud = shell("yes", "", {.most_out = 10'000});
  REQUIRE_FALSE(loud);
  CHECK(loud.error().fault == Fault::corrupt);
  // A daemon that a program leaves behind has the pipe still, and is not waited for.
  const auto leaves = shell("sleep 30 & echo done");
  REQUIRE(leaves);
  CHECK(leaves->out == "done\n");
  CHECK(std::chrono::steady_clock::now() - begun < 10s);
}
