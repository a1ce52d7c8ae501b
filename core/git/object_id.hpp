#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mesh::git {

// The name of an object: the digest of what it is and holds.
struct ObjectId {
  std::array<unsigned char, 32> bytes{};
  uint8_t size = 0;  // 20: SHA-1, 32: SHA-256, 0: none

  explicit operator bool() const { return size != 0; }
  std::string hex() const;
  std::string_view raw() const { return {reinterpret_cast<const char*>(bytes.data()), size}; }
  auto operator<=>(const ObjectId&) const = default;
};

inline constexpr uint8_t kSha1Size = 20, kSha256Size = 32;

ObjectId id_of_raw(std::string_view raw);                // 20 or 32 bytes
std::optional<ObjectId> parse_id(std::string_view hex);  // 40 or 64 hex digits, nothing else

bool is_hex(std::string_view text);

enum class ObjectType : uint8_t { commit = 1, tree = 2, blob = 3, tag = 4 };
std::string_view name_of(ObjectType type);

// The name that an object has in a repository whose names have this size.
ObjectId id_of(ObjectType type, std::string_view content, uint8_t size);

}  // namespace mesh::git

template <>
struct std::hash<mesh::git::ObjectId> {
  size_t operator()(const mesh::git::ObjectId& id) const noexcept {
    size_t value = 0;  // a digest is as good as any hash of it
    std::memcpy(&value, id.bytes.data(), sizeof value);
    return value;
  }
};
