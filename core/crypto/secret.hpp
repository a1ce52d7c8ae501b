#pragma once

#include <cstring>
#include <string>
#include <utility>

namespace mesh::crypto {

// Bytes that nobody may see: overwritten when they are no longer needed, never printed.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}
  // A short string is copied by a move, so what was moved from is overwritten too.
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    wipe();
    bytes_ = std::move(other.bytes_);
    other.wipe();
    return *this;
  }
  Secret(const Secret&) = delete;
  ~Secret() { wipe(); }

  const std::string& bytes() const { return bytes_; }

 private:
  void wipe() {
    bytes_.resize(bytes_.capacity());
    ::explicit_bzero(bytes_.data(), bytes_.size());
    bytes_.clear();
  }

  std::string bytes_;
};

}  // namespace mesh::crypto
