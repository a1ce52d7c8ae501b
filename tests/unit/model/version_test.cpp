#include "core/model/version.hpp"

#include <doctest.h>

#include <string>
#include <vector>

using namespace mesh::model;

namespace {

std::string next(std::string_view text) { return next_patch(*parse_version(text)).text(); }

}  // namespace

TEST_CASE("version: what Semantic Versioning allows is read and written back canonically") {
  for (const char* text :
       {"0.0.0", "1.2.3", "10.20.30", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-0A.is.legal", "1.0.0-x-y-z.--",
        "1.0.0+20130313144700", "1.0.0+001", "1.2.3----RC-SNAPSHOT.12.9.1--.12+788",
        "99999999999999999999999.999999999999999999.99999999999999999"}) {
    CAPTURE(text);
    REQUIRE(parse_version(text));
    CHECK(parse_version(text)->text() == text);
    CHECK(parse_version(std::string("v") + text) == parse_version(text));
  }
}

TEST_CASE("version: everything else is not a version") {
  for (const char* text :
       {"",       "v",        "1",          "1.2",    "1.2.3.4",   "01.2.3",    "1.02.3",  "1.2.03",
        "1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.3+", "1.2.3+a+b", "1.2.3+a_b", "vv1.2.3", "V1.2.3",
        " 1.2.3", "1.2.3 ",   "1.2.x",      "-1.2.3", "1..3",      "1.2.3-é"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_version(text));
  }
  CHECK_FALSE(parse_version("1.0.0-" + std::string(123, 'a')));  // too long for a tag
  CHECK(parse_version("1.0.0-" + std::string(122, 'a')));
}

TEST_CASE("version: precedence is the standard's own chain") {
  const std::vector<std::string> rising = {"0.9.9",
                                           "1.0.0-1",
                                           "1.0.0-2",
                                           "1.0.0-10",
                                           "1.0.0-alpha",
                                           "1.0.0-alpha.1",
                                           "1.0.0-alpha.beta",
                                           "1.0.0-beta",
                                           "1.0.0-beta.2",
                                           "1.0.0-beta.11",
                                           "1.0.0-rc.1",
                                           "1.0.0",
                                           "1.0.1",
                                           "1.0.10",
                                           "1.2.0",
                                           "1.10.0",
                                           "2.0.0",
                                           "10.0.0"};
  for (size_t i = 0; i < rising.size(); ++i)
    for (size_t j = 0; j < rising.size(); ++j) {
      CAPTURE(rising[i]);
      CAPTURE(rising[j]);
      CHECK((by_precedence(*parse_version(rising[i]), *parse_version(rising[j])) < 0) == (i < j));
    }
  CHECK(by_precedence(*parse_version("1.0.0+a"), *parse_version("1.0.0+b")) == 0);
}

TEST_CASE("version: the next one is the release of a pre-release, else the next patch") {
  CHECK(next("1.2.3") == "1.2.4");
  CHECK(next("1.2.9") == "1.2.10");
  CHECK(next("1.2.99999999999999999999") == "1.2.100000000000000000000");
  CHECK(next("1.2.3-rc.1") == "1.2.3");
  CHECK(next("1.2.3+build") == "1.2.4");
}

TEST_CASE("version: a tag writes `+` as `_` and is read back") {
  const Version version = *parse_version("v1.2.3-rc.1+b.7");
  CHECK(version.tag() == "1.2.3-rc.1_b.7");
  CHECK(parse_tag(version.tag()) == version);
  for (const char* tag : {"snapshot", "latest", "v1.0.0", "1.0.0+b", "1.0.0_a_b", "1.0"}) {
    CAPTURE(tag);
    CHECK_FALSE(parse_tag(tag));
  }
}

TEST_CASE("version: drafts, proposals and products without a version are snapshots") {
  CHECK(is_snapshot("", "active"));
  CHECK(is_snapshot("1.0.0", "draft"));
  CHECK(is_snapshot("1.0.0", "proposed"));
  CHECK_FALSE(is_snapshot("1.0.0", "active"));
  CHECK_FALSE(is_snapshot("1.0.0", "deprecated"));
  CHECK_FALSE(is_snapshot("1.0.0", ""));
}
