#pragma once

#include "core/schema/schema.hpp"
#include "core/text/finding.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The published standards and our own kinds: which documents belong to them, and their schemas, compiled once
// when first asked for (from any thread).
namespace mesh::schema {

enum class Standard : uint8_t { none, odcs, odps, dcs, lf_odps, dpds, mesh, domain, waivers };

// "ODCS", "Bitol ODPS", "Mesh", …
std::string_view name_of(Standard standard);

// Of `mesh.yaml`, `domain.yaml` and `waivers.yaml`: kinds that no other tool knows.
constexpr bool is_own(Standard standard) {
  return standard == Standard::mesh || standard == Standard::domain || standard == Standard::waivers;
}

struct Identified {
  Standard standard = Standard::none;
  std::string version;           // as declared, a leading `v` kept; empty when absent
  std::string schema_version;    // the schema it is judged by: "3.1.0-patched"; empty when we embed none
  bool unknown_version = false;  // declared, and not one we know
  std::optional<std::string_view> nearest_kind;  // standard none: the kind that was probably meant
};

// Standards section 1: decides from the root mapping; `path` is only the tie-break. Kinds `Mesh`, `Domain`
// and `Waivers` are ours.
Identified identify(yaml::Node root, std::string_view path);

// Known versions of a standard, oldest first.
std::vector<std::string_view> versions(Standard standard);

// The embedded schema text; `mesh schema` prints it. version "" is the newest.
std::optional<std::string_view> schema_text(Standard standard, std::string_view version);

// The compiled schema; nullptr when none is embedded. Never fails for what is embedded (a test compiles all).
const Schema* schema_for(Standard standard, std::string_view schema_version);

// Judges one identified document by its schema and tells every violation in plain words under a `schema/…`
// rule: did-you-mean for keys and enum values, "known from v3.2.0 on" for keys of later versions,
// schema/api-version. A root that is no mapping is manifest/not-a-mapping, a document of no standard
// manifest/unknown-kind. Formats are warnings, `schema/format`.
void check(const Identified& identified, yaml::Node root, Findings& findings,
           Formats formats = Formats::lenient);

// Judges any document by any schema, in words that fit any data.
void check_data(const Schema& schema, yaml::Node root, Findings& findings,
                Formats formats = Formats::lenient);

// Judges an identified document by a schema that somebody adds to that of its standard.
void check_own(const Schema& schema, const Identified& identified, yaml::Node root, Findings& findings,
               Formats formats = Formats::lenient);

// The `schema/…` and `manifest/…` rules that `check` and loading can raise, for `mesh rules` and `--only`.
struct SchemaRule {
  std::string_view id, summary;
  Level level;
};
const std::vector<SchemaRule>& schema_rules();

}  // namespace mesh::schema
