#pragma once

#include "core/workspace/workspace.hpp"

#include <optional>

namespace mesh::workspace {

// The mesh around the current folder with its settings alone: mesh.yaml, and the domain.yaml of this folder
// and those above. The last file stands for any document in the current folder. Nothing outside of a mesh.
Result<std::optional<Workspace>> settings_here();

}  // namespace mesh::workspace
