#include "core/text/source.hpp"

#include "core/base/utf8.hpp"

#include <algorithm>
#include <cassert>

namespace mesh {
namespace {

constexpr size_t kBlock = Source::kLong / 2;  // whatever is longer than two has one to itself

uint32_t count_ends(std::string_view text) {
  // So many at a time fit into a byte, which lets the compiler count sixteen and more at once.
  constexpr size_t kStretch = 240;
  uint32_t ends = 0;
  for (; !text.empty(); text.remove_prefix(std::min(kStretch, text.size()))) {
    uint8_t here = 0;
    for (const char c : text.substr(0, kStretch)) here = static_cast<uint8_t>(here + (c == '\n'));
    ends += here;
  }
  return ends;
}

}  // namespace

Source::Source(std::string path, std::string bytes) : path_(std::move(path)), bytes_(std::move(bytes)) {}

uint32_t Source::ends_before(size_t block) const {
  if (ends_before_.empty()) {
    ends_before_.reserve(bytes_.size() / kBlock + 2);
    ends_before_.push_back(0);
  }
  while (ends_before_.size() <= block) {
    const size_t last = ends_before_.size() - 1;
    ends_before_.push_back(ends_before_.back() + count_ends(bytes().substr(last * kBlock, kBlock)));
  }
  return ends_before_[block];
}

const std::vector<uint32_t>& Source::all_ends() const {
  ends_before((bytes_.size() + kBlock - 1) / kBlock);
  return ends_before_;
}

Source::Line Source::line_at(uint32_t offset) const {
  offset = std::clamp<uint32_t>(offset, first(), static_cast<uint32_t>(bytes_.size()));
  const size_t block = offset / kBlock;
  const uint32_t ends =
      ends_before(block) + count_ends(bytes().substr(block * kBlock, offset - block * kBlock));
  if (ends == 0) return {1, first()};
  return {ends + 1, static_cast<uint32_t>(bytes_.rfind('\n', offset - 1) + 1)};
}

Source::Line Source::line(uint32_t number) const {
  if (number <= 1) return {1, first()};
  // The last block with fewer ends before it holds the one that the line follows.
  const auto& all = all_ends();
  const auto block = static_cast<size_t>(std::ranges::lower_bound(all, number - 1) - all.begin() - 1);
  size_t begin = block * kBlock;
  for (uint32_t ends = all[block]; ends < number - 1; ++ends) begin = bytes_.find('\n', begin) + 1;
  return {number, static_cast<uint32_t>(begin)};
}

std::string_view Source::text(Line line) const {
  std::string_view text = bytes().substr(line.begin);
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::vector<Source::Line> Source::lines_longer_than(uint32_t bytes) const {
  assert(bytes >= kLong && "shorter ones may hold no whole block");
  std::vector<Line> found;
  const std::vector<uint32_t>& ends = all_ends();
  for (size_t block = 0; block + 1 < ends.size(); ++block) {
    if (ends[block + 1] != ends[block]) continue;
    const Line line = this->line(ends[block] + 1);
    if (text(line).size() > bytes) found.push_back(line);
    while (block + 1 < ends.size() && ends[block + 1] == ends[block]) ++block;
  }
  return found;
}

Position Source::position(uint32_t offset) const {
  const Line line = line_at(offset);
  offset = std::min(offset, static_cast<uint32_t>(bytes_.size()));
  if (offset <= line.begin) return {line.number, 1};
  const size_t before = utf8::length(bytes().substr(line.begin, offset - line.begin));
  return {line.number, static_cast<uint32_t>(before + 1)};
}

uint32_t Source::offset(Position position) const {
  const uint32_t number = std::clamp<uint32_t>(position.line, 1, line_count());
  const Line line = this->line(number);
  std::string_view rest = text(line);
  uint32_t at = line.begin;
  for (uint32_t column = 1; column < position.column && !rest.empty(); ++column) {
    const auto size = static_cast<uint32_t>(utf8::first(rest).size);
    rest.remove_prefix(size);
    at += size;
  }
  return at;
}

}  // namespace mesh
