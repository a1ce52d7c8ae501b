#pragma once

#include "cmd/command.hpp"

#include <array>
#include <streambuf>

// The process's own file descriptors as streams that remember why a write failed.
namespace mesh::cmd {

class FdOutput : public std::streambuf {
 public:
  explicit FdOutput(int fd) : fd_(fd) { setp(buffer_.data(), buffer_.data() + buffer_.size()); }

  // errno of the first write that failed, 0 when all went well. After a failure nothing more is written.
  int error() const { return error_; }

 protected:
  int_type overflow(int_type c) override;
  int sync() override;

 private:
  bool write_out();

  int fd_;
  int error_ = 0;
  std::array<char, 16384> buffer_;
};

class FdInput : public std::streambuf {
 public:
  explicit FdInput(int fd) : fd_(fd) {}

 protected:
  int_type underflow() override;

 private:
  int fd_;
  std::array<char, 4096> buffer_;
};

// Gives descriptors 0, 1 and 2 a harmless owner where the caller closed them, so that no file this process
// opens ends up there; writing to such a stdout still fails.
void occupy_standard_descriptors();

// Columns of the terminal behind `fd`, between 40 and 120; 80 when it is none.
unsigned terminal_width(int fd);

// `setting` is auto, always or never.
bool wants_color(const std::string& setting, bool is_terminal);

// Set, and neither empty nor "0" nor "false".
bool is_on(const char* variable);

}  // namespace mesh::cmd
