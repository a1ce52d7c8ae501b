#pragma once

#include "core/docs/command_docs.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mesh::docs {

// Scripts that complete commands, options, choices, files, folders, and rule ids (asked of `mesh rules`).
std::string bash_completion(const Program& program);
std::string zsh_completion(const Program& program);
std::string fish_completion(const Program& program);

// Every command with its subcommands, parents first.
std::vector<const Command*> all_commands(const Program& program);

// All names of an option: "-j", "--jobs".
std::vector<std::string> names_of(const Option& option);

}  // namespace mesh::docs
