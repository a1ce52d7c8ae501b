#pragma once

#include "core/docs/command_docs.hpp"
#include "core/docs/markdown.hpp"

#include <string>

namespace mesh::docs {

// What `mesh --help` prints: the commands by group and the options of all.
std::string program_help(const Program& program, const Style& style);

// What `mesh` prints when called without a command.
std::string short_help(const Program& program, const Style& style);

// What `mesh help NAME` and `mesh NAME --help` print.
std::string command_help(const Program& program, const Command& command, const Style& style);

std::string topic_help(const Topic& topic, const Style& style);

}  // namespace mesh::docs
