#include "core/base/secret.hpp"

#include <sys/resource.h>

#include <cstring>
#include <ostream>
#include <utility>

namespace mesh {
namespace {

void forbid_core_dumps() {
  static const int kOnce = [] {
    const struct rlimit none {};
    return ::setrlimit(RLIMIT_CORE, &none);
  }();
  (void)kOnce;
}

}  // namespace

void wipe(std::string& text) noexcept {
  // Up to the capacity: a string that became shorter leaves its old end behind.
  ::explicit_bzero(text.data(), text.capacity());
  text.clear();
}

Secret::Secret(std::string value) : value_(value) {
  wipe(value);
  if (!value_.empty()) forbid_core_dumps();
}

Secret::Secret(const Secret& other) = default;

// A short string is copied by a move, so what was moved from is wiped as well.
Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { wipe(other.value_); }

Secret& Secret::operator=(Secret other) noexcept {
  value_.swap(other.value_);
  return *this;
}

Secret::~Secret() { wipe(value_); }

bool operator==(const Secret& a, const Secret& b) {
  if (a.value_.size() != b.value_.size()) return false;
  unsigned char different = 0;
  for (size_t i = 0; i < a.value_.size(); ++i)
    different |= static_cast<unsigned char>(a.value_[i] ^ b.value_[i]);
  return different == 0;
}

std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

}  // namespace mesh
