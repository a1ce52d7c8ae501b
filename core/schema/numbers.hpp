#pragma once

#include "core/yaml/tree.hpp"

#include <optional>

namespace mesh::schema {

// A number of a schema, as exact as it was written.
struct Limit {
  yaml::Node source;
  double value = 0;
  std::optional<int64_t> integer;
};
Limit limit_of(yaml::Node number);

// -1, 0 or 1 as `number` is less than, equal to or greater than the limit; exact for 64-bit integers.
// 2 when they cannot be compared (not a number).
int compare(yaml::Node number, const Limit& limit);

// 1.0 is an integer, 1e300 too.
bool is_integral(yaml::Node number);

// In decimal arithmetic: 0.0075 is a multiple of 0.0001.
bool is_multiple(yaml::Node number, const Limit& of);

}  // namespace mesh::schema
