#pragma once

#include "core/docs/command_docs.hpp"

#include <string>

namespace mesh::docs {

// The whole command line as one JSON document, for tools that call us.
std::string command_table(const Program& program);

}  // namespace mesh::docs
