#pragma once

#include <csignal>

namespace mesh::scaffold {

// While it lives, signals that ask the process to stop wait: the work is finished or taken back first, and
// then they act.
class SignalsHeld {
 public:
  SignalsHeld();
  ~SignalsHeld();
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t before_;
};

bool signal_waits();

}  // namespace mesh::scaffold
