#pragma once

#include "core/base/result.hpp"
#include "core/report/report.hpp"
#include "core/workspace/workspace.hpp"

#include <optional>
#include <string>
#include <vector>

// `mesh validate --changed[=REV]`.
namespace mesh::cmd {

// Compares a loaded workspace with where its branch left `revision` ("": the branch that it is to be merged
// into), narrows the report to what changed and what depends on it, and tells the rules what the base said.
// usage: no repository, or no such revision. not_found: the clone lacks what is needed, and the help says how
// to get it.
Result<void> report_changes(workspace::Workspace& workspace, const std::string& revision, unsigned jobs);

// "nothing changed since `origin/main`", or the summary with what was compared.
std::string changes_line(const report::Summary& summary, const workspace::Base& base);

// Of a PATH that does not exist: whoever wrote `--changed main` meant `--changed=main`.
Error with_revision_hint(Error error, const std::optional<std::string>& changed,
                         const std::vector<std::string>& paths);

// A version may stand behind an alias or an escape: what cannot be replaced where it stands gets no fix.
void drop_unsure_fixes(const workspace::Workspace& workspace, std::vector<Finding>& findings);

}  // namespace mesh::cmd
