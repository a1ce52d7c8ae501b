#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// As much of RFC 3986 and RFC 6901 as `$id` and `$ref` need.
namespace mesh::schema {

struct SplitUri {
  std::string_view uri;       // without fragment
  std::string_view fragment;  // without `#`, still percent-encoded
};
SplitUri split_fragment(std::string_view reference);

// The absolute form of `reference` seen from `base` (RFC 3986, section 5.2), without a fragment.
std::string resolve_uri(std::string_view base, std::string_view reference);

// The steps of a JSON pointer, decoded; none when it does not start with `/`.
std::optional<std::vector<std::string>> pointer_steps(std::string_view pointer);

}  // namespace mesh::schema
