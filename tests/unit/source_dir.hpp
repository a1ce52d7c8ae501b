#pragma once

#include <string>

namespace mesh {

// The top folder of the sources, for the files that tests read.
std::string source_dir();

}  // namespace mesh
