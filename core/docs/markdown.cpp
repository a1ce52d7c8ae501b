#include "core/docs/markdown.hpp"

#include "core/base/strings.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace mesh::docs {
namespace {

struct ItemStart {
  unsigned indent;
  std::string marker;
  std::string_view rest;
};

std::optional<ItemStart> item_start(std::string_view line) {
  const size_t indent = std::min(line.find_first_not_of(' '), line.size());
  std::string_view text = line.substr(indent);
  if (text.starts_with("- ") || text.starts_with("* "))
    return ItemStart{unsigned(indent), "-", text.substr(2)};
  size_t digits = 0;
  while (digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits]))) ++digits;
  if (digits == 0 || !text.substr(digits).starts_with(". ")) return std::nullopt;
  return ItemStart{unsigned(indent), std::string(text.substr(0, digits + 1)), text.substr(digits + 2)};
}

unsigned heading_level(std::string_view line) {
  const size_t marks = std::min(line.find_first_not_of('#'), line.size());
  return marks > 0 && marks <= 6 && line.substr(marks).starts_with(' ') ? unsigned(marks) : 0;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : lines_(split(text, '\n')) {}

  std::vector<Block> read() {
    for (at_ = 0; at_ < lines_.size(); ++at_) line(lines_[at_]);
    end_text();
    return std::move(blocks_);
  }

 private:
  void line(std::string_view line) {
    const std::string_view text = trim(line);
    if (text.empty()) return end_text();
    if (text.starts_with("```")) return fence(text);
    if (const unsigned level = heading_level(line)) {
      end_text();
      blocks_.push_back({Block::Kind::heading, level, {}, {}, read_inline(trim(line.substr(level))), {}});
      return;
    }
    if (text.starts_with('|')) return table(text);
    if (const auto item = item_start(line)) {
      end_text();
      open_ = Block{Block::Kind::item, item->indent / 2, item->marker, {}, {}, {}};
      text_ = item->rest;
      return;
    }
    if (!open_) open_ = Block{};
    if (!text_.empty()) text_ += ' ';
    text_ += text;
  }

  void fence(std::string_view opening) {
    end_text();
    Block block{Block::Kind::code, 0, {}, std::string(trim(opening.substr(3))), {}, {}};
    const size_t indent = lines_[at_].find('`');
    for (++at_; at_ < lines_.size() && trim(lines_[at_]) != "```"; ++at_) {
      const std::string_view code = lines_[at_];
      const size_t spaces = std::min(code.find_first_not_of(' '), code.size());
      block.lines.emplace_back(code.substr(std::min(indent, spaces)));
    }
    blocks_.push_back(std::move(block));
  }

  void table(std::string_view row) {
    end_text();
    if (blocks_.empty() || blocks_.back().kind != Block::Kind::table || lines_[at_ - 1].empty())
      blocks_.push_back({Block::Kind::table, 0, {}, {}, {}, {}});
    blocks_.back().lines.emplace_back(row);
  }

  void end_text() {
    if (!open_) return;
    open_->words = read_inline(text_);
    blocks_.push_back(std::move(*open_));
    open_.reset();
    text_.clear();
  }

  std::vector<std::string_view> lines_;
  size_t at_ = 0;
  std::vector<Block> blocks_;
  std::optional<Block> open_;
  std::string text_;
};

}  // namespace

std::vector<Block> read_markdown(std::string_view text) { return Reader(text).read(); }

std::vector<Inline> read_inline(std::string_view text) {
  std::vector<Inline> parts;
  std::string plain_text;
  const auto flush = [&] {
    if (!plain_text.empty()) parts.push_back({Inline::Kind::text, std::move(plain_text)});
    plain_text.clear();
  };
  const auto marked = [&](std::string_view mark, Inline::Kind kind) {
    if (!text.starts_with(mark)) return false;
    const size_t end = text.find(mark, mark.size());
    if (end == std::string_view::npos || end == mark.size()) return false;
    if (kind != Inline::Kind::code && text[mark.size()] == ' ') return false;
    flush();
    parts.push_back({kind, std::string(text.substr(mark.size(), end - mark.size()))});
    text.remove_prefix(end + mark.size());
    return true;
  };
  const auto link = [&] {
    const size_t middle = text.find("](");
    const size_t end = middle == std::string_view::npos ? middle : text.find(')', middle);
    if (!text.starts_with('[') || end == std::string_view::npos) return false;
    const std::string_view name = text.substr(1, middle - 1), url = text.substr(middle + 2, end - middle - 2);
    plain_text += name;
    if (name != url && url.find("://") != std::string_view::npos) plain_text += " (" + std::string(url) + ")";
    text.remove_prefix(end + 1);
    return true;
  };
  while (!text.empty()) {
    if (marked("``", Inline::Kind::code) || marked("`", Inline::Kind::code)) continue;
    if (marked("**", Inline::Kind::strong) || marked("*", Inline::Kind::emphasis) || link()) continue;
    if (text.size() > 1 && text[0] == '\\' && std::ispunct(static_cast<unsigned char>(text[1])))
      text.remove_prefix(1);
    plain_text += text[0];
    text.remove_prefix(1);
  }
  flush();
  return parts;
}

std::string plain(const std::vector<Inline>& words) {
  std::string text;
  for (const Inline& part : words) text += part.text;
  return text;
}

std::vector<Block> section(const std::vector<Block>& blocks, std::string_view heading) {
  std::vector<Block> found;
  unsigned level = 0;
  for (const Block& block : blocks) {
    const bool is_heading = block.kind == Block::Kind::heading;
    if (level != 0 && is_heading && block.level <= level) break;
    if (level != 0)
      found.push_back(block);
    else if (is_heading && plain(block.words) == heading)
      level = block.level;
  }
  return found;
}

std::vector<Block> introduction(const std::vector<Block>& blocks) {
  std::vector<Block> found;
  for (const Block& block : blocks) {
    if (block.kind == Block::Kind::heading && block.level >= 2) break;
    if (block.kind != Block::Kind::heading) found.push_back(block);
  }
  return found;
}

}  // namespace mesh::docs
