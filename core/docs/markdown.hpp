#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The Markdown of our own pages: headings, paragraphs, lists, fenced code, tables; in a line `code`,
// **strong**, *emphasis* and [links](url). Nobody else's text is read with it.
namespace mesh::docs {

struct Inline {
  enum class Kind : uint8_t { text, code, strong, emphasis } kind = Kind::text;
  std::string text;
};

struct Block {
  enum class Kind : uint8_t { heading, paragraph, item, code, table } kind = Kind::paragraph;
  unsigned level = 0;              // of a heading (1 is the title), or of a list item (0 is outermost)
  std::string marker;              // of an item: "-", "2."
  std::string info;                // after the opening fence: "yaml"
  std::vector<Inline> words;       // heading, paragraph, item
  std::vector<std::string> lines;  // code, table
};

std::vector<Block> read_markdown(std::string_view text);
std::vector<Inline> read_inline(std::string_view text);

std::string plain(const std::vector<Inline>& words);  // without any mark-up

// The blocks below the heading of that name, up to the next heading of its level; and all before the first
// heading of level 2, without the title.
std::vector<Block> section(const std::vector<Block>& blocks, std::string_view heading);
std::vector<Block> introduction(const std::vector<Block>& blocks);

struct Style {
  unsigned width = 80;
  unsigned indent = 0;
  bool color = false;
};

// For a terminal: paragraphs wrapped, code set off, a blank line between blocks, a line end at the end.
std::string render(const std::vector<Block>& blocks, const Style& style);

// Words of one paragraph wrapped to the width; the first line starts at column `first`, the others at
// `style.indent`. No line end at the end.
std::string wrap(const std::vector<Inline>& words, const Style& style, unsigned first);

}  // namespace mesh::docs
