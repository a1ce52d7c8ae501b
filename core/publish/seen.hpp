#pragma once

#include "core/base/result.hpp"
#include "core/publish/identity.hpp"

#include <cstdint>
#include <string>
#include <string_view>

// What a reader remembers of the indexes it has read: their revision, which only grows. An index of a lower
// one is an older state that somebody put in the place of a newer (design section 6, "Trust").
namespace mesh::publish {

// A target's URL as it is known wherever one stands: relative folders are made absolute.
std::string known_target(std::string_view url);

class Seen {
 public:
  // `folder` is of the user's state; "" remembers nothing.
  explicit Seen(std::string folder) : folder_(std::move(folder)) {}

  // corrupt when a newer index of the product was read from there before.
  Result<void> check(std::string_view target, const Identity& identity, uint64_t rev) const;

  // Later indexes must not be older than this one; `even_if_older`: than the last one seen does not count any
  // more. Readers may run side by side.
  Result<void> remember(std::string_view target, const Identity& identity, uint64_t rev,
                        bool even_if_older) const;

 private:
  std::string folder_;
};

}  // namespace mesh::publish
