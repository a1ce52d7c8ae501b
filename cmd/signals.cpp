#include "cmd/signals.hpp"

#include <unistd.h>

#include <atomic>

namespace mesh::cmd {
namespace {

// A handler can reach nothing but a global.
std::atomic<int> caught{0};
static_assert(std::atomic<int>::is_always_lock_free);

void on_signal(int number) {
  int none = 0;
  if (!caught.compare_exchange_strong(none, number)) ::_exit(128 + number);
}

void watch(int number, struct sigaction& before) {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  // A shell starts background jobs with SIGINT ignored, and that stays.
  if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
    ::sigaction(number, &action, nullptr);
}

}  // namespace

SignalWatch::SignalWatch() {
  watch(SIGINT, interrupt_);
  watch(SIGTERM, terminate_);
}

SignalWatch::~SignalWatch() {
  ::sigaction(SIGINT, &interrupt_, nullptr);
  ::sigaction(SIGTERM, &terminate_, nullptr);
}

int signal_caught() { return caught; }

}  // namespace mesh::cmd
