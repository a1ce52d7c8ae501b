#include "cmd/commands.hpp"

#include "core/base/json.hpp"
#include "core/base/strings.hpp"

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
  JsonWriter json;
  json.begin_object().key("schemaVersion").number(1).key("version").text(MESH_VERSION);
  json.key("libraries").begin_object();
  for (const std::string_view library : split(MESH_LIBRARIES, ',')) {
    const size_t space = library.find(' ');
    json.key(library.substr(0, space)).text(library.substr(space + 1));
  }
  json.end_object().end_object();
  streams.out << std::move(json).take();
  return kOk;
}

}  // namespace

Command version() {
  const auto flags = std::make_shared<Flags>();
  return {
      .name = "version",
      .summary = "print the version",
      .group = kMore,
      .options = {{"--format",
                   "NAME",
                   "how to print it; json also names the libraries",
                   &flags->format,
                   {"text", "json"}}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
}

}  // namespace mesh::cmd
