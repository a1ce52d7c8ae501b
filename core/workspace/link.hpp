#pragma once

#include "core/workspace/workspace.hpp"

namespace mesh::workspace {

// Says which domain every file belongs to; needs the mesh, its domains and the files.
void assign_domains(Workspace& workspace, unsigned jobs);

// Of the waivers.yaml that were read, those stay that are the mesh's or a domain's own.
void drop_misplaced_waivers(Workspace& workspace);

// Finds contracts, and the ports that promise them, by id. Keys are texts of the documents' own pools.
void index_contracts(Workspace& workspace);
void index_outputs(Workspace& workspace);

// Whoever asks about a part of the mesh must learn that the settings for it are not what they seem.
void report_settings_with_errors(Workspace& workspace);

}  // namespace mesh::workspace
