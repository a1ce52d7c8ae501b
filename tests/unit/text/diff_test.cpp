#include "core/text/diff.hpp"
#include "core/text/edit.hpp"

#include <doctest.h>

using namespace mesh;

TEST_CASE("edits replace, insert and remove, and leave every other byte") {
  CHECK(with_edits("one two three", {{{4, 7}, "2"}}) == "one 2 three");
  CHECK(with_edits("abc", {{{0, 0}, ">"}, {{1, 2}, ""}, {{3, 3}, "<"}}) == ">ac<");
  CHECK(with_edits("abc", {}) == "abc");
}

TEST_CASE("equal texts have no difference") { CHECK(unified_diff("a", "x\n", "x\n").empty()); }

TEST_CASE("a changed line is told with three lines around it, near changes in one hunk") {
  std::string before, after;
  for (int i = 1; i <= 20; ++i) {
    before += std::to_string(i) + "\n";
    after += (i == 2 || i == 8 || i == 18 ? "x" + std::to_string(i) : std::to_string(i)) + "\n";
  }
  CHECK(unified_diff("p/a.yaml", before, after) ==
        "--- a/p/a.yaml\n+++ b/p/a.yaml\n"
        "@@ -1,11 +1,11 @@\n 1\n-2\n+x2\n 3\n 4\n 5\n 6\n 7\n-8\n+x8\n 9\n 10\n 11\n"
        "@@ -15,6 +15,6 @@\n 15\n 16\n 17\n-18\n+x18\n 19\n 20\n");
}

TEST_CASE("lines that come or go are told as the shortest change") {
  CHECK(unified_diff("a", "1\n2\n3\n", "1\n3\n") == "--- a/a\n+++ b/a\n@@ -1,3 +1,2 @@\n 1\n-2\n 3\n");
  CHECK(unified_diff("a", "1\n3\n", "1\n2\n3\n4\n") == "--- a/a\n+++ b/a\n@@ -1,2 +1,4 @@\n 1\n+2\n 3\n+4\n");
  CHECK(unified_diff("a", "", "1\n") == "--- a/a\n+++ b/a\n@@ -0,0 +1 @@\n+1\n");
}

TEST_CASE("a missing line end is told, and line ends of Windows stay") {
  CHECK(unified_diff("a", "1\r\n2", "1\r\n3") ==
        "--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n 1\r\n-2\n\\ No newline at end of file\n+3\n\\ No newline at end "
        "of "
        "file\n");
}

TEST_CASE("names that git would quote are quoted") {
  CHECK(unified_diff("a\"\n.yaml", "1\n", "2\n").starts_with("--- \"a/a\\\"\\012.yaml\"\n"));
  CHECK(unified_diff("my file", "1\n", "2\n").starts_with("--- a/my file\t\n"));
}
