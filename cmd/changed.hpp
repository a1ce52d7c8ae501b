#pragma once

#include "cmd/merge_target.hpp"
#include "core/base/result.hpp"
#include "core/git/repository.hpp"
#include "core/report/report.hpp"
#include "core/workspace/workspace.hpp"

#include <optional>
#include <string>
#include <vector>

// `mesh validate --changed[=REV]`.
namespace mesh::cmd {

// Where the branch left `revision` ("": the branch that it is to be merged into).
// usage: no repository, or no such revision. not_found: the clone lacks what is needed, and the help says how
// to get it.
class ChangedRun {
 public:
  // Of the workspace that the paths of `options` mean. Reads no standard input.
  static Result<ChangedRun> start(const workspace::Options& options, const std::string& revision);

  // Loads it as a whole, and checks the files that changed and those that depend on them. The report is
  // narrowed to these, and the rules are told what the base said.
  Result<workspace::Workspace> load(const workspace::Options& options);

  size_t manifests() const { return manifests_; }  // that the paths hold, changed or not

 private:
  explicit ChangedRun(git::Repository repository) : repository_(std::move(repository)) {}

  git::Repository repository_;
  BaseCommit base_;
  std::string below_;  // the workspace's root from the top of the repository
  git::WorkTree tree_;
  size_t manifests_ = 0;
};

// "nothing changed since `origin/main`", or the summary with what was compared.
std::string changes_line(const report::Summary& summary, const workspace::Base& base);

// Of a PATH that does not exist: whoever wrote `--changed main` meant `--changed=main`.
Error with_revision_hint(Error error, const std::string& revision, const std::vector<std::string>& paths);

// A version may stand behind an alias or an escape: what cannot be replaced where it stands gets no fix.
void drop_unsure_fixes(const workspace::Workspace& workspace, std::vector<Finding>& findings);

}  // namespace mesh::cmd
