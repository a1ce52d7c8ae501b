#include "core/text/excerpt.hpp"

#include <algorithm>

namespace mesh {
namespace {

constexpr size_t kMostLines = 1000;
constexpr size_t kLongLine = 1024;  // bytes

std::string_view line_with_end(std::string_view text, uint32_t begin) {
  text.remove_prefix(begin);
  const size_t end = text.find('\n');
  return end == text.npos ? text : text.substr(0, end + 1);
}

}  // namespace

Excerpt::Excerpt(const Source& source, std::vector<uint32_t> offsets) {
  std::ranges::sort(offsets);
  std::vector<std::string_view> texts;
  texts.reserve(offsets.size());
  lines_.reserve(offsets.size() / 2 + 1);  // mostly both ends of what is pointed at are in one line
  uint32_t passed = 0;                     // the end of the last line that was looked at
  uint32_t size = 0;
  for (const uint32_t offset : offsets) {
    if (offset < passed) continue;
    if (lines_.size() == kMostLines) break;
    const Source::Line line = source.line_at(offset);
    const std::string_view text = line_with_end(source.bytes(), line.begin);
    passed = line.begin + static_cast<uint32_t>(text.size());
    // Past the end is the last line, which may be there already.
    const bool is_there = !lines_.empty() && lines_.back().number == line.number;
    if (is_there || text.size() > kLongLine) continue;
    lines_.push_back({line.number, line.begin, size});
    texts.push_back(text);
    size += static_cast<uint32_t>(text.size());
  }
  bytes_.reserve(size);
  for (const std::string_view text : texts) bytes_ += text;
}

std::optional<Excerpt::Line> Excerpt::line_at(uint32_t offset) const {
  const auto after = std::ranges::upper_bound(lines_, offset, {}, &Kept::begin);
  if (after == lines_.begin()) return std::nullopt;
  const Kept& kept = *(after - 1);
  const size_t end = after == lines_.end() ? bytes_.size() : after->at;
  const std::string_view text = std::string_view(bytes_).substr(kept.at, end - kept.at);
  // The end of the text is still in its last line.
  const size_t within = text.ends_with('\n') ? text.size() : text.size() + 1;
  if (offset - kept.begin >= within) return std::nullopt;
  return Line{kept.number, kept.begin, text};
}

}  // namespace mesh
