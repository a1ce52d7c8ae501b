#pragma once

#include <string>
#include <string_view>

namespace mesh {

// What makes `after` of `before`, in the form that `git apply` and `patch -p1` take; "" when they are equal.
// `path`: relative, of both sides.
std::string unified_diff(std::string_view path, std::string_view before, std::string_view after);

}  // namespace mesh
