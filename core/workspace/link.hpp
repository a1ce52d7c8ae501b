#pragma once

#include "core/workspace/workspace.hpp"

namespace mesh::workspace {

// Says which domain every file belongs to; needs the mesh, its domains and the files.
void assign_domains(Workspace& workspace);

// Finds contracts and the ports that promise them by id. Keys are texts of the documents' own pools.
void index_contracts(Workspace& workspace);

}  // namespace mesh::workspace
