#pragma once

#include "core/workspace/workspace.hpp"

namespace mesh::workspace {

// Says which domain every file belongs to, and finds contracts by id. Keys are texts of the contracts' own
// pools.
void link(Workspace& workspace);

}  // namespace mesh::workspace
