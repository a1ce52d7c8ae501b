#pragma once

#include "cmd/command.hpp"

#include <string>

namespace mesh::cmd {

// Asks whoever sits at the terminal to type `word` before something dangerous is done. Without a terminal,
// with
// --no-input or CI nobody can be asked: usage, which names `--yes`, the option that answers beforehand.
Result<void> confirm(Streams& streams, const std::string& question, const std::string& word, bool yes);

}  // namespace mesh::cmd
