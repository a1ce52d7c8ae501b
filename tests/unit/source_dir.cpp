#include "tests/unit/source_dir.hpp"

namespace mesh {

std::string source_dir() { return MESH_SOURCE_DIR; }

}  // namespace mesh
