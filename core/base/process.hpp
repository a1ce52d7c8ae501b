#pragma once

#include "core/base/result.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

// Programs that a user's own configuration names.
namespace mesh {

struct ProcessLimits {
  std::chrono::milliseconds time{30'000};
  size_t most_out = 64 << 10;
  std::function<bool()> is_stopped = {};  // then it is killed, too
};

struct Finished {
  int code = 0;     // its exit code; 128 and the number of the signal that ended it
  std::string out;  // what it wrote to its standard output
  int signal = 0;   // that ended it
};

// Runs `words[0]`, looked for in PATH, without a shell. It reads `in`, at most 4096 bytes, from its standard
// input; what it says on its standard error is not shown. It and those it started are killed when it takes
// longer or writes more than it may, or when this returns before its end for another reason.
// not_found: there is no such program. temporary: it took too long, or was stopped. corrupt: it wrote too
// much.
Result<Finished> run_program(const std::vector<std::string>& words, std::string_view in,
                             const ProcessLimits& limits = {});

}  // namespace mesh
