#pragma once

#include "core/base/result.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace mesh::config {

struct Command {
  std::vector<std::string> words;              // the program, found by PATH, and its arguments
  std::chrono::milliseconds patience{60'000};  // then it is killed, with what it started
  std::function<bool()> is_stopped = {};       // so is it when this says so
};

// What a program prints that hands out credentials: run without a shell and without input. What it says on
// standard error is not shown, which may be a secret. usage: it cannot be run, does not end with 0,
// or not in time; temporary: stopped; corrupt: it prints more than 1 MiB.
Result<std::string> output_of(const Command& command);

}  // namespace mesh::config
