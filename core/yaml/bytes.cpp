#include "core/yaml/bytes.hpp"

#include "core/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::yaml {
namespace {

Finding fault(std::string_view rule, size_t at, size_t length, std::string message, std::string help = {}) {
  const auto begin = static_cast<uint32_t>(at);
  Finding finding{rule, Level::error, std::move(message), {}, {}, {}, {}};
  finding.at.span = {begin, begin + static_cast<uint32_t>(length)};
  finding.help = std::move(help);
  return finding;
}

// UTF-16 and UTF-32 by their byte-order mark, or by the zero bytes that ASCII text has in them.
bool is_wide(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return true;
  if (text.size() < 4) return false;
  const auto zero = [&](size_t i) { return text[i] == '\0'; };
  return zero(0) + zero(1) + zero(2) + zero(3) >= 2 && (zero(0) != zero(1) || zero(2) != zero(3));
}

constexpr size_t kBlock = 64;

// Whether a block is ASCII without control characters other than line feeds, as nearly all are. Without a
// branch, so that it is done in vectors.
bool is_common(const char* block) {
  unsigned char rare = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    const auto c = static_cast<unsigned char>(block[i]);
    rare |= static_cast<unsigned char>((c < 0x20) & (c != '\n'));
    rare |= static_cast<unsigned char>(c >= 0x7f);
  }
  return rare == 0;
}

std::optional<Finding> control_fault(std::string_view text, size_t at, bool json) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte == '\r') {
    if (json || (at + 1 < text.size() && text[at + 1] == '\n')) return std::nullopt;
    return fault("yaml/syntax", at, 1, "a carriage return alone is no line end", "end lines with LF or CRLF");
  }
  const utf8::Char c = utf8::first(text.substr(at));
  if (json && c.code >= 0x20) return std::nullopt;
  if (c.code == 0xfeff && at > 0 && text[at - 1] == '\n' && !json)
    return fault("yaml/control-character", at, c.size,
                 "a byte-order mark may stand only at the start of a file",
                 "remove it: most editors do not show it");
  const bool c1 = c.code >= 0x7f && c.code < 0xa0 && c.code != 0x85;
  if (c.code >= 0x20 && !c1 && c.code != 0xfffe && c.code != 0xffff) return std::nullopt;
  return fault("yaml/control-character", at, c.size,
               fmt::format("the control character U+{:04X} may not stand in a manifest",
                           static_cast<uint32_t>(c.code)),
               "remove it, or write it as an escape in double quotes");
}

}  // namespace

std::optional<Finding> check_bytes(std::string_view text, uint64_t size_limit, bool json) {
  if (text.size() > size_limit)
    return fault("yaml/limit", size_limit, 1, fmt::format("the file is larger than {} bytes", size_limit));
  if (is_wide(text))
    return fault("yaml/encoding", 0, 0, "the file is not UTF-8 but UTF-16 or UTF-32", "save it as UTF-8");
  for (size_t at = 0; at < text.size();) {
    if (text.size() - at >= kBlock && is_common(text.data() + at)) {
      at += kBlock;
      continue;
    }
    for (const size_t end = std::min(at + kBlock, text.size()); at < end;) {
      const auto byte = static_cast<unsigned char>(text[at]);
      if (byte < 0x80) {
        const bool control = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f;
        if (control)
          if (auto found = control_fault(text, at, json)) return found;
        ++at;
        continue;
      }
      const utf8::Char c = utf8::first(text.substr(at));
      if (!c.valid)
        return fault("yaml/encoding", at, 1, fmt::format("the byte 0x{:02X} is not UTF-8", byte),
                     "save the file as UTF-8");
      if (byte == 0xc2 || byte == 0xef)
        if (auto found = control_fault(text, at, json)) return found;
      at += c.size;
    }
  }
  return std::nullopt;
}

}  // namespace mesh::yaml
