#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mesh::yaml {

// The scalar that stands for `value` where `original`, the bytes of another scalar, stood: in the same quotes
// when it has any, plain when it is plain and `value` can be. Valid in JSON when the original is. Nothing for
// aliases and block scalars: what stands there cannot be exchanged without changing more.
std::optional<std::string> written_like(std::string_view original, std::string_view value);

// Whether a text begins as a quoted scalar.
inline bool is_quoted(std::string_view scalar) {
  return !scalar.empty() && (scalar.front() == '"' || scalar.front() == '\'');
}

}  // namespace mesh::yaml
