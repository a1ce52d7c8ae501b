#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// JSON as published documents need it: read with suspicion, kept without loss, written in one way only.
namespace mesh::oci {

struct Json {
  enum class Kind : uint8_t { null, boolean, number, string, array, object };
  using Members = std::map<std::string, Json, std::less<>>;

  Kind kind = Kind::null;
  bool boolean = false;
  std::string text;  // a string, decoded; a number, as written
  std::vector<Json> items;
  Members members;

  static Json string(std::string_view text);
  static Json number(uint64_t value);
  static Json array();
  static Json object();
  // {"a": "b", …}
  static Json object_of(const std::map<std::string, std::string>& strings);

  const Json* find(std::string_view key) const;              // of an object
  const std::string* string_at(std::string_view key) const;  // the member if it is a string
  bool operator==(const Json&) const = default;
};

// Nesting and values that a reply of a server may have (design section 5, "Limits").
inline constexpr int kMaxDepth = 256;
inline constexpr size_t kMaxValues = 1'000'000;

// corrupt: not JSON, not UTF-8, a key twice, too deep, too many values.
Result<Json> read_json(std::string_view bytes);

// Canonical: UTF-8, keys sorted by bytes, no white space.
std::string write_json(const Json& json);

}  // namespace mesh::oci
