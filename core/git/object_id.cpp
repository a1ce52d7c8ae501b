#include "core/git/object_id.hpp"

#include "core/base/percent.hpp"
#include "core/crypto/sha1.hpp"
#include "core/crypto/sha256.hpp"

#include <algorithm>

namespace mesh::git {

std::string ObjectId::hex() const { return crypto::hex({bytes.data(), size}); }

ObjectId id_of_raw(std::string_view raw) {
  ObjectId id;
  id.size = static_cast<uint8_t>(raw.size());
  std::memcpy(id.bytes.data(), raw.data(), raw.size());
  return id;
}

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return hex_value(c) >= 0; });
}

std::optional<ObjectId> parse_id(std::string_view hex) {
  if ((hex.size() != 2 * kSha1Size && hex.size() != 2 * kSha256Size) || !is_hex(hex)) return std::nullopt;
  ObjectId id;
  id.size = static_cast<uint8_t>(hex.size() / 2);
  for (size_t i = 0; i < id.size; ++i)
    id.bytes[i] = static_cast<unsigned char>(hex_value(hex[2 * i]) << 4 | hex_value(hex[2 * i + 1]));
  return id;
}

std::string_view name_of(ObjectType type) {
  switch (type) {
    case ObjectType::commit:
      return "commit";
    case ObjectType::tree:
      return "tree";
    case ObjectType::blob:
      return "blob";
    case ObjectType::tag:
      return "tag";
  }
  return "";
}

ObjectId id_of(ObjectType type, std::string_view content, uint8_t size) {
  std::string head(name_of(type));
  head += ' ' + std::to_string(content.size());
  head += '\0';
  if (size == kSha256Size) {
    const auto digest = crypto::sha256({head, content});
    return id_of_raw({reinterpret_cast<const char*>(digest.data()), digest.size()});
  }
  const auto digest = crypto::sha1({head, content});
  return id_of_raw({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace mesh::git
