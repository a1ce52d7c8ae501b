#pragma once

#include "cmd/command.hpp"

#include <string>
#include <vector>

namespace mesh::cmd {

// What the words after the program's name ask for.
struct Request {
  std::vector<std::string>
      path;  // names of the command and its subcommand, as in the records; empty: none given
  bool help = false, version = false;
  std::function<int(Streams&)> run;  // empty when the command needs a subcommand
};

// Sets the destinations of the chosen command's options and of `global`. usage: anything that does not fit,
// told in our own words with the nearest known one.
Result<Request> parse(const std::vector<std::string>& words, const std::vector<Command>& commands,
                      Global& global, std::string& folder);

}  // namespace mesh::cmd
