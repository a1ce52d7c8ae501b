#pragma once

#include "cmd/command.hpp"
#include "core/docs/command_docs.hpp"

namespace mesh::cmd {

// The options that every command has, bound to `global` and `folder` (-C).
std::vector<Option> global_options(Global& global, std::string& folder);

// The whole command line as core/docs knows it.
docs::Program describe();
docs::Program describe(const std::vector<Command>& commands);

}  // namespace mesh::cmd
