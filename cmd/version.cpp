#include "cmd/commands.hpp"

#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags {
  std::string format = "text";
};

int run(const Flags& flags, Streams& streams) {
  if (flags.format == "text") {
    streams.out << "mesh " MESH_VERSION "\n";
    return kOk;
  }
  streams.out << "{\"schemaVersion\": 1, \"version\": \"" MESH_VERSION "\"}\n";
  return kOk;
}

}  // namespace

Command version() {
  const auto flags = std::make_shared<Flags>();
  return {
      .name = "version",
      .summary = "print the version",
      .group = kMore,
      .options = {{"--format", "NAME", "how to print it", &flags->format, {"text", "json"}}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
}

}  // namespace mesh::cmd
