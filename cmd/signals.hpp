#pragma once

#include <signal.h>

namespace mesh::cmd {

// While it lives, the first SIGINT or SIGTERM only asks to stop; the second ends the process at once.
class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;

 private:
  struct sigaction interrupt_ {
  }, terminate_{};  // as it was before
};

// The signal that asked to stop, or 0.
int signal_caught();

}  // namespace mesh::cmd
