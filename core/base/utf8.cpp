#include "core/base/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace mesh::utf8 {

Char first(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {0, 1, false};
  char32_t code = lead & (0x7f >> size);
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {0, 1, false};
    code = code << 6 | (byte(i) & 0x3f);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  if (overlong || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return {0, 1, false};
  return {code, size, true};
}

// Eight ASCII bytes at a time: manifests are almost only that.
static constexpr size_t kStep = sizeof(uint64_t);

static bool steps_over_ascii(std::string_view text, size_t at) {
  if (at + kStep > text.size()) return false;
  uint64_t eight;
  std::memcpy(&eight, text.data() + at, kStep);
  return (eight & 0x8080808080808080u) == 0;
}

std::optional<size_t> first_invalid(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    if (steps_over_ascii(text, at)) {
      at += kStep;
      continue;
    }
    const Char c = first(text.substr(at));
    if (!c.valid) return at;
    at += c.size;
  }
  return std::nullopt;
}

size_t length(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size();) {
    const bool steps = steps_over_ascii(text, at);
    at += steps ? kStep : first(text.substr(at)).size;
    count += steps ? kStep : 1;
  }
  return count;
}

void append(std::string& text, char32_t code) {
  const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

}  // namespace mesh::utf8
