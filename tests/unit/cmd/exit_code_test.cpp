#include "cmd/exit_code.hpp"

#include "core/embed/embed.hpp"

#include <doctest.h>

#include <string>

using namespace mesh;
using namespace mesh::cmd;

TEST_CASE("of several outcomes the process reports the one that matters most") {
  CHECK(worst(kOk, kOk) == kOk);
  CHECK(worst(kOk, kFindings) == kFindings);
  CHECK(worst(kFindings, kNothing) == kNothing);
  CHECK(worst(kNothing, kConflict) == kConflict);
  CHECK(worst(kConflict, kTemporary) == kTemporary);
  CHECK(worst(kTemporary, kRefused) == kRefused);
  CHECK(worst(kRefused, kCorrupt) == kCorrupt);
  CHECK(worst(kCorrupt, kLocalIo) == kLocalIo);
  CHECK(worst(kLocalIo, kBug) == kBug);
}

TEST_CASE("the topic about exit codes has a row for each of them") {
  const auto page = embed::find("cmd/exit_codes.md");
  REQUIRE(page);
  for (const int code :
       {kOk, kFindings, kUsage, kConflict, kNothing, kTemporary, kRefused, kCorrupt, kLocalIo, kBug})
    CHECK(page->find("\n| " + std::to_string(code) + " |") != std::string_view::npos);
  CHECK(page->find("\n| 130, 143 |") != std::string_view::npos);
}
