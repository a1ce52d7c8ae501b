#include "cmd/terminal.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace mesh::cmd {

bool FdOutput::write_out() {
  const char* at = pbase();
  while (error_ == 0 && at != pptr()) {
    const ssize_t written = ::write(fd_, at, static_cast<size_t>(pptr() - at));
    if (written >= 0)
      at += written;
    else if (errno != EINTR)
      error_ = errno;
  }
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  return error_ == 0;
}

FdOutput::int_type FdOutput::overflow(int_type c) {
  if (!write_out()) return traits_type::eof();
  if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
  return traits_type::not_eof(c);
}

int FdOutput::sync() { return write_out() ? 0 : -1; }

FdInput::int_type FdInput::underflow() {
  ssize_t got = 0;
  do {
    got = ::read(fd_, buffer_.data(), buffer_.size());
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return traits_type::eof();
  setg(buffer_.data(), buffer_.data(), buffer_.data() + got);
  return traits_type::to_int_type(buffer_[0]);
}

void occupy_standard_descriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    // The lowest free number is this one. Read-only, so that a write to it says "Bad file descriptor".
    if (::open("/dev/null", O_RDONLY) == -1) return;
  }
}

unsigned terminal_width(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::clamp<unsigned>(size.ws_col, 40, 120);
}

bool wants_color(const std::string& setting, bool is_terminal) {
  if (setting != "auto") return setting == "always";
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color && *no_color != '\0') return false;
  const char* terminal = std::getenv("TERM");
  return is_terminal && terminal && std::strcmp(terminal, "dumb") != 0;
}

bool is_on(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value != '\0' && std::strcmp(value, "0") != 0 && std::strcmp(value, "false") != 0;
}

}  // namespace mesh::cmd
