#include "core/docs/markdown.hpp"

#include "core/embed/embed.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::docs;

static std::string rendered(std::string_view text, unsigned width = 40) {
  return render(read_markdown(text), {width, 0, false});
}

TEST_CASE("paragraphs are wrapped and parted by a blank line") {
  CHECK(rendered("one two three four\nfive six\n\nseven", 20) == "one two three four\nfive six\n\nseven\n");
  CHECK(rendered("aaaa bbbb cccc dddd eeee ffff", 20) == "aaaa bbbb cccc dddd\neeee ffff\n");
}

TEST_CASE("code in a line stays on it, with its marks when there is no colour") {
  CHECK(rendered("see `mesh help validate`.") == "see `mesh help validate`.\n");
  CHECK(render(read_markdown("see `x`"), {40, 0, true}) == "see \x1b[36mx\x1b[0m\n");
  CHECK(rendered("aaaaaaaaaaaaaaa `bbb ccc`", 20) == "aaaaaaaaaaaaaaa\n`bbb ccc`\n");
}

TEST_CASE("fenced code is set off and not wrapped") {
  CHECK(rendered("```yaml\na: 1\n  b: 2\n\nc: 3\n```\n") == "    a: 1\n      b: 2\n\n    c: 3\n");
}

TEST_CASE("a fence that never closes ends with the text") { CHECK(rendered("```\na\n") == "    a\n\n"); }

TEST_CASE("list items hang below their mark") {
  CHECK(rendered("- one two three four\n  five\n- six\n  - seven", 20) ==
        "- one two three four\n  five\n- six\n  - seven\n");
  CHECK(rendered("1. one\n2. two") == "1. one\n2. two\n");
}

TEST_CASE("columns of a table are aligned and its last one wraps") {
  CHECK(rendered("| code | meaning |\n|---|---|\n| 1 | one two three four five |\n", 20) ==
        "code  meaning\n1     one two three four\n      five\n");
}

TEST_CASE("sections end at the next heading of their level") {
  const auto blocks = read_markdown("# title\nintro\n## A\na\n### B\nb\n## C\nc\n");
  CHECK(render(introduction(blocks), {}) == "intro\n");
  CHECK(render(section(blocks, "A"), {}) == "a\n\nB\n\nb\n");
  CHECK(section(blocks, "D").empty());
}

TEST_CASE("marks that mean nothing stay as they are") {
  CHECK(rendered("2 * 3 * 4 and a_b and [x] and `open") == "2 * 3 * 4 and a_b and [x] and `open\n");
  CHECK(rendered("the *thing* and **more**") == "the thing and more\n");
  CHECK(rendered("[the site](https://example.com)") == "the site (https://example.com)\n");
}

TEST_CASE("every page in the binary renders without marks left over") {
  size_t pages = 0;
  for (const char* folder : {"cmd/", "core/rules/"}) {
    for (const embed::File& file : embed::below(folder)) {
      if (!file.path.ends_with(".md")) continue;
      ++pages;
      CAPTURE(file.path);
      for (const Block& block : read_markdown(file.bytes)) {
        if (block.kind == Block::Kind::code) continue;
        for (const Inline& part : block.words)
          if (part.kind == Inline::Kind::text) CHECK(part.text.find('`') == std::string::npos);
      }
    }
  }
  CHECK(pages > 5);
}
