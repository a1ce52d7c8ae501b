#pragma once

#include "core/docs/command_docs.hpp"

#include <string>
#include <string_view>

namespace mesh::docs {

// mesh.1, in man(7) macros.
std::string program_man(const Program& program);

// mesh-validate.1; of "new domain" mesh-new-domain.1.
std::string command_man(const Program& program, const Command& command);

}  // namespace mesh::docs
