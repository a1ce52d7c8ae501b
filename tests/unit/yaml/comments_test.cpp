#include "core/yaml/comments.hpp"

#include <doctest.h>

using namespace mesh;

namespace {

// Each comment as it stands, a `!` before those that stand alone.
std::vector<std::string> comments_in(const std::string& text, const std::string& path = "a.yaml") {
  const Source source(path, text);
  Findings findings(0);
  const auto documents = yaml::read(source, findings);
  std::vector<std::string> told;
  for (const yaml::Comment& comment : yaml::find_comments(source, documents))
    told.push_back((comment.alone ? "!" : "") +
                   text.substr(comment.at.begin, comment.at.end - comment.at.begin));
  return told;
}

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("a comment stands alone or behind a value, and ends with its line") {
  CHECK(comments_in("# one\na: 1 # two\n  # three\r\nb: [x, # four\n  y]\nc:\t#five") ==
        Told{"!# one", "# two", "!# three", "# four", "#five"});
}

TEST_CASE("a `#` inside a value is no comment") {
  CHECK(comments_in("a: x#y\nb: \"x # y\"\nc: 'x\n  # y'\nd: http://a/#b # real\n\"k # ey\": 1\n") ==
        Told{"# real"});
}

TEST_CASE("block scalars keep their `#`, and may have a comment behind their mark and after their end") {
  CHECK(comments_in("a: | # head\n  # text\n  more\n# after\nb: >-\n  x # y\n\nc: 1 # end\n") ==
        Told{"# head", "!# after", "# end"});
}

TEST_CASE("comments of all documents are found, behind a byte-order mark too") {
  CHECK(comments_in("\xEF\xBB\xBF# one\na: 1\n--- # two\nb: &x 1 # three\nc: *x # four\n...\n# five\n") ==
        Told{"!# one", "# two", "# three", "# four", "!# five"});
}

TEST_CASE("a mapping with a key twice still tells its comments") {
  CHECK(comments_in("a: 'x # 1' # one\na: 'y # 2' # two\n") == Told{"# one", "# two"});
}

TEST_CASE("JSON has no comments, and of a broken text nothing is known") {
  CHECK(comments_in("{\"a\": \"# b\"}", "a.json").empty());
  CHECK(comments_in("# a\nb: [").empty());
}
