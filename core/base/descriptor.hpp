#pragma once

#include "core/base/result.hpp"

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace mesh {

// Owns one open file. Closed on every path; `close` is called by hand where its answer matters.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }  // somebody else closes it

  // 0 or the error. An interrupted close has closed: Linux must not be asked again.
  int close() { return ::close(std::exchange(fd_, -1)) == 0 || errno == EINTR ? 0 : errno; }

 private:
  int fd_ = -1;
};

// A system call, asked again for as long as a signal interrupts it.
template <class Call>
auto uninterrupted(const Call& call) {
  for (;;) {
    const auto answer = call();
    if (answer >= 0 || errno != EINTR) return answer;
  }
}

// Everything up to the end of the file; at most `limit` + 1 bytes. errno on failure.
tl::expected<std::string, int> read_to_end(int fd, uint64_t expected_size, uint64_t limit);

// 0 or the error.
int write_all(int fd, std::string_view bytes);

}  // namespace mesh
