#include "core/base/strings.hpp"
#include "core/model/properties.hpp"
#include "core/rules/references.hpp"
#include "core/rules/replacement.hpp"
#include "core/rules/rule.hpp"
#include "core/workspace/foreign.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace mesh::rules::ref {

using model::Property;
using model::Relationship;
using model::SchemaObject;
using model::Text;

namespace {

// Calls look(reference, text) for every end of every relationship of a contract.
template <class Look>
void each_end(model::List<Relationship> relationships, const Look& look) {
  for (const Relationship& relationship : relationships)
    for (const auto* ends : {&relationship.from, &relationship.to})
      for (const Text& end : *ends)
        if (const auto reference = parse_reference(end.view())) look(*reference, end);
}

template <class Look>
void each_end(const Contract& contract, const Look& look) {
  for (const SchemaObject& object : contract.objects) {
    each_end(object.relationships, look);
    model::each_property(object.properties,
                         [&](const Property& property) { each_end(property.relationships(), look); });
  }
}

Finding& add(Place at, const Text& end, const Missing& missing, std::string_view file, Findings& findings) {
  Finding& finding = findings.add(at, fmt::format("`{}` leads nowhere: {}", end.view(), missing.message));
  if (missing.suggestion) {
    const std::string whole = fmt::format("{}{}{}", file, file.empty() ? "" : "#", *missing.suggestion);
    finding.label = fmt::format("did you mean `{}`?", whole);
    if (file.empty()) finding.fix = replacement(end, whole);
  }
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
  workspace::ForeignFiles files;
  std::unordered_map<FileId, std::vector<ContractParts>> contracts;

  explicit Graph(const Workspace& all) : workspace(all), files(all) {
    for (const Contract& contract : all.contracts) contracts[contract.file].emplace_back(contract);
  }
};

void check_across(Graph& graph, const Contract& contract, const Reference& reference, const Text& end,
                  Findings& findings) {
  const Place at{contract.file, end.at};
  const workspace::Foreign foreign = graph.files.find(contract.file, reference.file);
  // What is not there is ref/file-missing.
  if (foreign.led != workspace::Foreign::Led::to_file || graph.workspace.files[foreign.file].broken) return;
  const auto contracts = graph.contracts.find(foreign.file);
  if (contracts == graph.contracts.end()) {
    if (graph.workspace.files[foreign.file].standard == schema::Standard::odps)
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
      {"the contract it leads to", Place{foreign.file, contracts->second.front().contract().first_key}});
}

void check_workspace(const Workspace& workspace, Findings& findings) {
  std::optional<Graph> graph;  // made for the first reference that needs it
  for (const Contract& contract : workspace.contracts) {
    if (contract.foreign_files.empty()) continue;
    each_end(contract, [&](const Reference& reference, const Text& end) {
      if (reference.file.empty() || is_url(reference.file)) return;
      if (!graph) graph.emplace(workspace);
      check_across(*graph, contract, reference, end, findings);
    });
  }
}

}  // namespace

extern const Rule relationship_unresolved{
    .id = "ref/relationship-unresolved",
    .summary = "both ends of a relationship exist",
    .level = Level::error,
    .check = {check_contract, check_workspace},
};

}  // namespace mesh::rules::ref
