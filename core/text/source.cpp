#include "core/text/source.hpp"

#include "core/base/utf8.hpp"

#include <algorithm>
#include <cstring>

namespace mesh {

Source::Source(std::string path, std::string bytes) : path_(std::move(path)), bytes_(std::move(bytes)) {}

const std::vector<uint32_t>& Source::lines() const {
  if (!lines_.empty()) return lines_;
  lines_.push_back(bytes_.starts_with("\xEF\xBB\xBF") ? 3 : 0);
  const char* const begin = bytes_.data();
  const char* const end = begin + bytes_.size();
  for (const char* at = begin; at != end;) {
    const void* newline = std::memchr(at, '\n', static_cast<size_t>(end - at));
    if (!newline) break;
    at = static_cast<const char*>(newline) + 1;
    lines_.push_back(static_cast<uint32_t>(at - begin));
  }
  return lines_;
}

Position Source::position(uint32_t offset) const {
  const std::vector<uint32_t>& lines = this->lines();
  offset = std::clamp<uint32_t>(offset, lines.front(), static_cast<uint32_t>(bytes_.size()));
  const auto after = std::upper_bound(lines.begin(), lines.end(), offset);
  const uint32_t start = *(after - 1);
  const size_t before = utf8::length(bytes().substr(start, offset - start));
  return {static_cast<uint32_t>(after - lines.begin()), static_cast<uint32_t>(before + 1)};
}

uint32_t Source::offset(Position position) const {
  const uint32_t number = std::clamp<uint32_t>(position.line, 1, line_count());
  std::string_view rest = line(number);
  uint32_t at = lines()[number - 1];
  for (uint32_t column = 1; column < position.column && !rest.empty(); ++column) {
    const auto size = static_cast<uint32_t>(utf8::first(rest).size);
    rest.remove_prefix(size);
    at += size;
  }
  return at;
}

std::string_view Source::line(uint32_t number) const {
  const std::vector<uint32_t>& lines = this->lines();
  const uint32_t begin = lines[number - 1];
  const size_t end = number < lines.size() ? lines[number] : bytes_.size();
  std::string_view text = bytes().substr(begin, end - begin);
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace mesh
