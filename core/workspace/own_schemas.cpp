#include "core/workspace/own_schemas.hpp"

#include "core/base/folder.hpp"
#include "core/base/strings.hpp"
#include "core/workspace/paths.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace mesh::workspace {
namespace {

// The key below the root that a path means, or why it may mean none.
Result<std::string> key_of(const std::string& root, const std::string& file) {
  if (file.find("://") != file.npos)
    return fail(Fault::usage, quoted(file) + " is no file of this mesh",
                "nothing is fetched: keep a copy in the mesh");
  if (file.starts_with('/'))
    return fail(Fault::usage, quoted(file) + " is an absolute path", "name it from the folder of mesh.yaml");
  const std::string path = absolute_path(root, file);
  if (path == root || !is_within(path, root))
    return fail(Fault::usage, quoted(file) + " leads out of the mesh", "keep the schema below mesh.yaml");
  return key_below(root, path);
}

Result<std::string> read_below(const std::string& root, const std::string& key) {
  const auto folder = Folder::open(root);
  if (!folder) return tl::unexpected(folder.error());
  const auto inner = folder->open_below(folder_part(key));
  if (!inner) return tl::unexpected(inner.error());
  auto read = inner->read(name_part(key), yaml::Limits{}.bytes);
  if (!read) return tl::unexpected(read.error());
  return std::move(read->bytes);
}

Result<schema::Schema> compile_below(const std::string& root, const std::string& file) {
  const auto key = key_of(root, file);
  if (!key) return tl::unexpected(key.error());
  auto bytes = read_below(root, *key);
  if (!bytes && bytes.error().fault == Fault::not_found)
    return fail(Fault::usage, "there is no file " + quoted(file),
                "the path is taken from the folder of mesh.yaml");
  // The reason names the whole path, which differs from machine to machine.
  if (!bytes && bytes.error().fault == Fault::corrupt)
    return fail(Fault::usage, quoted(file) + " is too large");
  if (!bytes)
    return fail(Fault::usage, quoted(file) + " cannot be read",
                "it must be a file, and no link may lead to it");
  return schema::compile_file(*key, std::move(*bytes));
}

schema::Standard standard_of(std::string_view kind) {
  if (kind == "DataContract") return schema::Standard::odcs;
  if (kind == "DataProduct") return schema::Standard::odps;
  if (kind == "Domain") return schema::Standard::domain;
  return schema::Standard::none;
}

std::string text_at(yaml::Node root, std::string_view key) {
  const auto value = root.is_mapping() ? root.find(key) : std::nullopt;
  return value && value->is_string() ? std::string(value->text()) : std::string();
}

bool is_among(const std::vector<std::string>& any, std::string_view text) {
  return any.empty() || std::ranges::find(any, text) != any.end();
}

}  // namespace

OwnSchemas::OwnSchemas(std::vector<model::OwnSchema> schemas, const std::string& root)
    : schemas_(std::move(schemas)), compiled_(schemas_.size()) {
  std::map<std::string, Result<schema::Schema>> by_file;
  for (size_t i = 0; i < schemas_.size(); ++i) {
    model::OwnSchema& own = schemas_[i];
    if (own.file.empty()) continue;  // the schema of mesh.yaml tells it
    auto known = by_file.find(own.file);
    if (known == by_file.end()) known = by_file.emplace(own.file, compile_below(root, own.file)).first;
    if (known->second) {
      compiled_[i] = *known->second;
    } else {
      own.problem = known->second.error().message;
      own.help = known->second.error().help;
    }
  }
}

void OwnSchemas::check(const schema::Identified& identified, yaml::Node root, schema::Formats formats,
                       const Findings& told, std::vector<OwnFinding>& found) const {
  for (size_t i = 0; i < schemas_.size(); ++i) {
    if (!compiled_[i].compiled || standard_of(schemas_[i].kind) != identified.standard) continue;
    if (!is_among(schemas_[i].statuses, text_at(root, "status"))) continue;
    Findings own(told.file());
    schema::check_own(compiled_[i], identified, root, own, formats);
    for (Finding& finding : own.all()) {
      const bool known = std::ranges::any_of(told.all(), [&](const Finding& other) {
        return other.rule == finding.rule && other.at == finding.at;
      });
      if (!known) found.push_back({i, text_at(root, "domain"), std::move(finding)});
    }
  }
}

void add_own_findings(Workspace& workspace, std::vector<OwnFinding>& found) {
  for (OwnFinding& own : found) {
    if (own.schema >= workspace.mesh.schemas.size()) continue;
    const model::OwnSchema& schema = workspace.mesh.schemas[own.schema];
    const model::Domain* const domain = workspace.domain_of(own.finding.at.file);
    if (!is_among(schema.domains, domain ? std::string_view(domain->name) : own.domain)) continue;
    own.finding.notes.push_back(
        {quoted(schema.file) + " asks for it, a schema of this mesh", Place{workspace.mesh.file, schema.at}});
    workspace.findings.all().push_back(std::move(own.finding));
  }
}

}  // namespace mesh::workspace
