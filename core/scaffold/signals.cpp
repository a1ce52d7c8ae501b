#include "core/scaffold/signals.hpp"

#include <array>

namespace mesh::scaffold {

static constexpr std::array kStops{SIGINT, SIGTERM, SIGHUP};

SignalsHeld::SignalsHeld() {
  sigset_t held;
  sigemptyset(&held);
  for (const int stop : kStops) sigaddset(&held, stop);
  pthread_sigmask(SIG_BLOCK, &held, &before_);
}

SignalsHeld::~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

bool signal_waits() {
  sigset_t waiting;
  if (sigpending(&waiting) != 0) return false;
  for (const int stop : kStops)
    if (sigismember(&waiting, stop) == 1) return true;
  return false;
}

}  // namespace mesh::scaffold
