#include "cmd/program.hpp"

int main(int argc, char** argv) { return mesh::cmd::run(argc, argv); }
