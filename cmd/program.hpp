#pragma once

namespace mesh::cmd {

// The whole program: parses the command line, runs the command, gives the exit code. Nothing escapes it.
int run(int argc, char** argv);

}  // namespace mesh::cmd
