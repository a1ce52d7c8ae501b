#include "core/base/strings.hpp"

#include <doctest.h>

#include <algorithm>
#include <array>
#include <random>

using namespace mesh;

TEST_CASE("strings: a glob's star stays within one part of a path, two stars do not") {
  CHECK(glob_match("yaml/*", "yaml/syntax"));
  CHECK_FALSE(glob_match("yaml/*", "yaml/a/b"));
  CHECK(glob_match("**", "a/b/c"));
  CHECK(glob_match("**/c", "a/b/c"));
  CHECK(glob_match("**/c", "c"));
  CHECK(glob_match("a/**/c", "a/c"));
  CHECK(glob_match("a/**/c", "a/x/y/c"));
  CHECK_FALSE(glob_match("a/**/c", "a/x/y/d"));
  CHECK(glob_match("*.{yaml,yml}", "x.yml"));
  CHECK(glob_match("name/duplicate-*", "name/duplicate-port"));
  CHECK(glob_match("[a-c]?", "bz"));
  CHECK_FALSE(glob_match("[!a-c]?", "bz"));
  CHECK(glob_match("**/x*/**/y", "a/x1/b/x2/c/y"));
}

TEST_CASE("strings: a glob of many stars does not explode") {
  const std::string stars = "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b";
  CHECK_FALSE(glob_match(stars, std::string(4000, 'a')));
}

TEST_CASE("strings: the nearest word is one a typing error away") {
  const std::array<std::string_view, 4> known{"contractId", "version", "name", "required"};
  CHECK(nearest("contractid", known) == "contractId");
  CHECK(nearest("verison", known) == "version");
  CHECK(nearest("isRequired", known) == "required");
  CHECK(nearest("x", known) == std::nullopt);
  CHECK(edit_distance("abcd", "acbd") == 1);
}

TEST_CASE("strings: the nearest word is the one that comparing all letters finds") {
  std::mt19937 chance(7);
  const auto word = [&] {
    std::string made = chance() % 2 ? "urn:shop:" : "";
    for (size_t length = chance() % 9; made.size() < length + 9 && chance() % 12 != 0;)
      made += static_cast<char>('a' + chance() % 3);
    return made;
  };
  for (int round = 0; round < 3000; ++round) {
    const std::string wanted = word();
    std::vector<std::string> known;
    for (int i = 0; i < 8; ++i) known.push_back(word());
    std::optional<std::string> best;
    size_t least = std::clamp<size_t>(wanted.size() / 3, 1, 3) + 1;
    for (const std::string& one : known) {
      const size_t distance = edit_distance(wanted, one);
      if (distance >= least || distance >= std::max(wanted.size(), one.size())) continue;
      best = one;
      least = distance;
    }
    CAPTURE(wanted);
    CHECK(nearest(wanted, known) == (wanted.empty() ? std::nullopt : best));
  }
}

TEST_CASE("strings: nothing that steers a terminal passes") {
  CHECK(printable("a\x1b[31mb") == "a\\u{1b}[31mb");
  CHECK(printable("a\nb") == "a\\u{a}b");
  CHECK(printable("the first sixteen characters, ##[group]\x7f and more than sixteen after them") ==
        "the first sixteen characters, \\u{23}#[group]\\u{7f} and more than sixteen after them");
  CHECK(printable("a\nb", true) == "a\nb");
  CHECK(printable("\xe2\x80\xae") == "\\u{202e}");
  CHECK(printable("gr\xc3\xbc\xc3\x9f") == "gr\xc3\xbc\xc3\x9f");
  CHECK(printable("\xff") == "\xEF\xBF\xBD");
  CHECK(json_quote("a\"\\\n\x01") == "\"a\\\"\\\\\\n\\u0001\"");
}
