#include "core/yaml/bytes.hpp"

#include "core/base/utf8.hpp"

#include <fmt/format.h>

#include <array>

namespace mesh::yaml {
namespace {

Finding fault(std::string_view rule, size_t at, size_t length, std::string message, std::string help = {}) {
  const auto begin = static_cast<uint32_t>(at);
  Finding finding{std::string(rule), Level::error, std::move(message), {}, {}, {}, {}};
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

// Bytes that need a second look: control characters, and the leads of C1 and of U+FFFE, U+FFFF.
constexpr std::array<bool, 256> kSuspicious = [] {
  std::array<bool, 256> table{};
  for (size_t i = 0; i < 0x20; ++i) table[i] = i != '\t' && i != '\n';
  table[0x7f] = table[0xc2] = table[0xef] = true;
  return table;
}();

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
  const auto invalid = utf8::first_invalid(text);
  const size_t end = invalid.value_or(text.size());
  for (size_t at = 0; at < end; ++at) {
    if (!kSuspicious[static_cast<unsigned char>(text[at])]) continue;
    if (auto found = control_fault(text.substr(0, end), at, json)) return found;
  }
  if (!invalid) return std::nullopt;
  return fault("yaml/encoding", *invalid, 1,
               fmt::format("the byte 0x{:02X} is not UTF-8", static_cast<unsigned char>(text[*invalid])),
               "save the file as UTF-8");
}

}  // namespace mesh::yaml
