#include "core/base/strings.hpp"
#include "core/rules/references.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <map>

namespace mesh::rules::ref {

using model::Property;
using model::Relationship;
using model::SchemaObject;
using model::Text;

namespace {

// Calls look(reference, text) for every end of every relationship of a contract.
template <class Look>
void each_end(const std::vector<Relationship>& relationships, const Look& look) {
  for (const Relationship& relationship : relationships)
    for (const auto* ends : {&relationship.from, &relationship.to})
      for (const Text& end : *ends)
        if (const auto reference = parse_reference(end.view())) look(*reference, end);
}

template <class Look>
void each_end(const std::vector<Property>& properties, const Look& look) {
  for (const Property& property : properties) {
    each_end(property.relationships, look);
    each_end(property.properties, look);
    each_end(property.items, look);
  }
}

template <class Look>
void each_end(const Contract& contract, const Look& look) {
  for (const SchemaObject& object : contract.objects) {
    each_end(object.relationships, look);
    each_end(object.properties, look);
  }
}

Finding& add(Place at, const Text& end, const Missing& missing, std::string_view file, Findings& findings) {
  Finding& finding = findings.add(at, fmt::format("`{}` leads nowhere: {}", end.view(), missing.message));
  if (missing.suggestion)
    finding.label = fmt::format("did you mean `{}{}{}`?", file, file.empty() ? "" : "#", *missing.suggestion);
  return finding;
}

void check_contract(const Contract& contract, Findings& findings) {
  ContractParts parts(contract);
  each_end(contract, [&](const Reference& reference, const Text& end) {
    if (!reference.file.empty()) return;
    const auto missing = parts.find_missing(reference);
    if (!missing) return;
    Finding& finding = add(Place{contract.file, end.at}, end, *missing, {}, findings);
    finding.help = reference.by_id ? "a path goes by ids: `schema/<id>/properties/<id>`"
                                   : "a dotted reference goes by names: `object.property`";
  });
}

// ---- across files
// -------------------------------------------------------------------------------------------

struct Graph {
  const Workspace& workspace;
  std::map<std::string_view, FileId> files;
  std::map<FileId, std::vector<ContractParts>> contracts;

  explicit Graph(const Workspace& all) : workspace(all) {
    for (FileId file = 0; file < all.files.size(); ++file) files.emplace(all.files[file].key, file);
    for (const Contract& contract : all.contracts) contracts[contract.file].emplace_back(contract);
  }
};

std::string_view folder_of(std::string_view key) {
  const size_t slash = key.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : key.substr(0, slash);
}

// `../shared/b.yaml` seen from `sales/orders`: `sales/shared/b.yaml`; nothing when it leaves the root.
std::optional<std::string> joined(std::string_view folder, std::string_view relative) {
  std::vector<std::string> parts;
  const auto walk = [&](std::string_view path) {
    for (const std::string_view part : split(path, '/')) {
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.emplace_back(part);
      } else if (parts.empty()) {
        return false;
      } else {
        parts.pop_back();
      }
    }
    return true;
  };
  if (!walk(folder) || !walk(relative)) return std::nullopt;
  return join(parts, "/");
}

// A file that was not read may still be there, where the graph is only some folders of a repository: it is
// missing for certain in a mesh, or beside files that were read.
bool is_surely_missing(const Graph& graph, const std::string& key) {
  if (graph.workspace.has_mesh) return true;
  const std::string folder = std::string(folder_of(key));
  return std::any_of(graph.files.begin(), graph.files.end(),
                     [&](const auto& file) { return folder_of(file.first) == folder; });
}

void add_missing_file(const Graph& graph, Place at, const Reference& reference, const std::string& key,
                      Findings& findings) {
  Finding& finding = findings.add(at, fmt::format("there is no contract `{}`", reference.file));
  std::vector<std::string> known;
  for (const auto& [file, contracts] : graph.contracts)
    if (folder_of(graph.workspace.files[file].key) == folder_of(key))
      known.push_back(graph.workspace.files[file].key.substr(key.rfind('/') + 1));
  if (const auto near = nearest(std::string_view(key).substr(key.rfind('/') + 1), known)) {
    const std::string_view folder = reference.file.substr(0, reference.file.rfind('/') + 1);
    finding.label = fmt::format("did you mean `{}{}#…`?", folder, *near);
  }
  finding.help = "the part before `#` is a path from the folder of this file, or a URL";
}

void check_across(Graph& graph, const Contract& contract, const Reference& reference, const Text& end,
                  Findings& findings) {
  const Place at{contract.file, end.at};
  const auto key = joined(folder_of(graph.workspace.files[contract.file].key), reference.file);
  if (!key) return;  // outside of what was read
  auto file = graph.files.find(*key);
  if (file == graph.files.end())
    if (const auto from_root = joined({}, reference.file)) file = graph.files.find(*from_root);
  if (file == graph.files.end()) {
    if (is_surely_missing(graph, *key)) add_missing_file(graph, at, reference, *key, findings);
    return;
  }
  if (graph.workspace.files[file->second].broken) return;
  const auto contracts = graph.contracts.find(file->second);
  if (contracts == graph.contracts.end()) {
    if (graph.workspace.files[file->second].standard == schema::Standard::odps)
      findings.add(at,
                   fmt::format("`{}` is a product, and a relationship leads to a contract", reference.file));
    return;
  }
  std::optional<Missing> first;
  for (ContractParts& target : contracts->second) {
    auto missing = target.find_missing(reference);
    if (!missing) return;
    if (!first) first = std::move(missing);
  }
  Finding& finding = add(at, end, *first, reference.file, findings);
  finding.notes.push_back(
      {"the contract it leads to", Place{file->second, contracts->second.front().contract().first_key}});
}

void check_workspace(const Workspace& workspace, Findings& findings) {
  std::optional<Graph> graph;  // made for the first reference that needs it
  for (const Contract& contract : workspace.contracts)
    each_end(contract, [&](const Reference& reference, const Text& end) {
      if (reference.file.empty() || is_url(reference.file)) return;
      if (!graph) graph.emplace(workspace);
      check_across(*graph, contract, reference, end, findings);
    });
}

}  // namespace

extern const Rule relationship_unresolved{
    .id = "ref/relationship-unresolved",
    .summary = "both ends of a relationship exist",
    .level = Level::error,
    .check = {check_contract, check_workspace},
};

}  // namespace mesh::rules::ref
