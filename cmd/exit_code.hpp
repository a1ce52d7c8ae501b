#pragma once

#include "core/base/result.hpp"

namespace mesh::cmd {

// Design section 5.
enum Exit : int {
  kOk = 0,
  kFindings = 1,
  kUsage = 2,
  kConflict = 3,
  kNothing = 4,
  kTemporary = 5,
  kRefused = 6,
  kCorrupt = 7,
  kLocalIo = 8,
  kBug = 70,
  kInterrupted = 130,
  kTerminated = 143,
};

int exit_code(Fault fault);

// Of several outcomes of one run, the one the process reports: the first in 70 8 7 6 5 3 4 1; 2 counts before
// all but 70.
int worst(int a, int b);

}  // namespace mesh::cmd
