#include "cmd/commands.hpp"

#include "core/base/json.hpp"
#include "core/base/strings.hpp"
#include "core/embed/embed.hpp"
#include "core/schema/standards.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags {
  std::optional<std::string> kind, version;
  std::string format = "text";
};

struct Kind {
  std::string_view name, what;
  schema::Standard standard;
  std::string_view file = {};  // of a kind that is no document of a workspace
};

constexpr std::array kKinds{
    Kind{"mesh", "mesh.yaml", schema::Standard::mesh},
    Kind{"domain", "domain.yaml", schema::Standard::domain},
    Kind{"waivers", "waivers.yaml", schema::Standard::waivers},
    Kind{"root", "the root of trust that `mesh trust` publishes", schema::Standard::none,
         "core/trust/root.schema.json"},
    Kind{"trust", "trust.yaml, the roots that a user pins", schema::Standard::none,
         "core/trust/pins.schema.json"},
    Kind{"odcs", "contracts, Open Data Contract Standard", schema::Standard::odcs},
    Kind{"odps", "products, Bitol Open Data Product Standard", schema::Standard::odps},
    Kind{"dcs", "contracts, Data Contract Specification", schema::Standard::dcs},
    Kind{"lf-odps", "products, Linux Foundation ODPS", schema::Standard::lf_odps},
    Kind{"dpds", "products, Data Product Descriptor Specification", schema::Standard::dpds},
};

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) names.emplace_back(kind.name);
  return names;
}

std::optional<std::string_view> text_of(const Kind& kind, std::string_view version) {
  if (kind.file.empty()) return schema::schema_text(kind.standard, version);
  return version.empty() || version == "mesh/v1" ? embed::find(kind.file) : std::nullopt;
}

std::vector<std::string> versions_of(const Kind& kind) {
  std::vector<std::string> versions;
  if (!kind.file.empty()) versions.emplace_back("mesh/v1");
  for (const std::string_view version : schema::versions(kind.standard))
    if (schema::schema_text(kind.standard, version)) versions.emplace_back(version);
  return versions;
}

void list(const Flags& flags, Streams& streams) {
  if (flags.format == "text") {
    for (const Kind& kind : kKinds) {
      const std::string name(kind.name), what(kind.what);
      streams.out << name << std::string(10 - name.size(), ' ') << what;
      if (const auto versions = versions_of(kind); !versions.empty())
        streams.out << ": " << join(versions, ", ");
      streams.out << "\n";
    }
    return;
  }
  JsonWriter json;
  json.begin_object().key("schemaVersion").number(1).key("kinds").begin_array();
  for (const Kind& kind : kKinds) {
    json.new_line().begin_object().key("kind").text(kind.name).key("what").text(kind.what);
    json.key("versions").begin_array();
    for (const std::string& version : versions_of(kind)) json.text(version);
    json.end_array().end_object();
  }
  json.new_line().end_array().end_object();
  streams.out << std::move(json).take();
}

int run(const Flags& flags, Streams& streams) {
  if (!flags.kind) return list(flags, streams), kOk;
  const Kind& kind = *std::ranges::find(kKinds, *flags.kind, &Kind::name);
  std::string version = flags.version.value_or("");
  if (version.starts_with('v')) version.erase(0, 1);
  if (const auto text = text_of(kind, version)) {
    streams.out << *text;
    if (!text->ends_with('\n')) streams.out << '\n';
    return kOk;
  }
  const auto known = versions_of(kind);
  const auto near = nearest(version, known);
  return fail(streams, {Fault::usage,
                        "there is no version `" + *flags.version + "` of the schema `" + *flags.kind + "`",
                        (near ? "did you mean `" + *near + "`? " : "") + "known: " + join(known, ", ")});
}

}  // namespace

Command schema() {
  const auto flags = std::make_shared<Flags>();
  return {
      .name = "schema",
      .summary = "print a JSON Schema that manifests are judged by",
      .group = kMore,
      .options = {{"KIND", "KIND", "of what; without it all are listed", &flags->kind, kind_names(),
                   Hint::standard},
                  {"VERSION", "VERSION", "of the standard; without it the newest", &flags->version},
                  {"--format", "NAME", "how to print the list", &flags->format, {"text", "json"}}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
}

}  // namespace mesh::cmd
