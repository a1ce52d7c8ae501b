#pragma once

#include "core/workspace/workspace.hpp"

namespace mesh::workspace {

// Says which domain every file belongs to, and finds contracts by id. Keys are texts of the contracts' own
// pools.
void link(Workspace& workspace);

// Finds contracts and the ports that promise them by id: the part of linking that looks at no file.
void index_contracts(Workspace& workspace);

}  // namespace mesh::workspace
