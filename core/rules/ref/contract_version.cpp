#include "core/rules/known_contracts.hpp"
#include "core/rules/replacement.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::rules::ref {

using model::Mesh;
using model::Port;

namespace {

// "`1.0.0`", "`1.0.0` and `2.0.0`", "`1.0.0`, `2.0.0` and 3 more"
std::string listed(const std::vector<const Contract*>& contracts) {
  constexpr size_t kShown = 4;
  std::vector<std::string> versions;
  for (const Contract* const contract : contracts) {
    std::string version = "`" + contract->version.str() + "`";
    if (std::find(versions.begin(), versions.end(), version) == versions.end())
      versions.push_back(std::move(version));
  }
  const size_t shown = versions.size() <= kShown ? versions.size() - 1 : kShown;
  std::string text;
  for (size_t i = 0; i < shown; ++i) text += (i ? ", " : "") + versions[i];
  if (shown == 0) return versions.front();
  return text + " and " +
         (versions.size() <= kShown ? versions.back() : fmt::format("{} more", versions.size() - shown));
}

std::string_view rule_of(Mesh::Match match) {
  return match == Mesh::Match::major
             ? "mesh.yaml `contractVersions: major` asks for the same first number"
             : "a port's version is that of its contract; mesh.yaml `contractVersions: "
               "major` accepts any of the same first number";
}

void check_port(const Workspace& workspace, const Port& port, Findings& findings) {
  if (!port.version || !port.contract_id || is_beyond(workspace, port.contract_id.view())) return;
  if (port.version.view().find("${") != std::string_view::npos) return;
  const std::vector<const Contract*> contracts = contracts_with(workspace, port.contract_id.view());
  if (contracts.empty()) return;
  const Mesh::Match match = workspace.mesh.contract_versions;
  for (const Contract* const contract : contracts)
    if (!contract->version || versions_match(match, port.version.view(), contract->version.view())) return;
  Finding& finding = findings.add(port.version.at, fmt::format("contract `{}` has no version `{}`",
                                                               port.contract_id.view(), port.version.view()));
  finding.label = fmt::format("{} has {}", workspace.has_mesh ? "the mesh" : "the folder", listed(contracts));
  finding.help = workspace.has_mesh ? rule_of(match) : "a port's version is that of its contract";
  if (contracts.size() == 1) finding.fix = replacement(port.version, contracts.front()->version.view());
  finding.notes.push_back({fmt::format("version `{}` is here", contracts.back()->version.view()),
                           Place{contracts.back()->file, contracts.back()->version.at}});
}

void check(const Workspace& workspace, Findings& findings) {
  if (workspace.mesh.contract_versions == Mesh::Match::any) return;
  for (const Product& product : workspace.products) {
    findings.within(product.file);
    for (const auto* ports : {&product.inputs, &product.outputs})
      for (const Port& port : *ports) check_port(workspace, port, findings);
  }
}

}  // namespace

extern const Rule contract_version{
    .id = "ref/contract-version",
    .summary = "ports name versions that their contracts have",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::ref
