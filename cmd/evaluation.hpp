#pragma once

#include "core/rules/baseline.hpp"
#include "core/rules/engine.hpp"

#include <optional>
#include <string>
#include <vector>

// How `validate`, `plan` and `publish` come to their findings: all by the same way, so that what one of them
// lets pass, all let pass.
namespace mesh::cmd {

// Seconds since 1970, or those of SOURCE_DATE_EPOCH, for runs that must be repeatable. usage: it is no
// number.
Result<int64_t> seconds_of_run();

// The day that waivers are judged by, in UTC.
Result<Day> day_of_run();

// A baseline and where it is.
struct BaselineFile {
  std::string path;  // as the user sees it
  std::string absolute;
  std::optional<rules::Baseline> contents;  // nothing: the file is not there

  std::string folder() const;
};

// The one that `given` names, else that of mesh.yaml; nothing when neither names one. usage: it is malformed.
Result<std::optional<BaselineFile>> find_baseline(const workspace::Workspace& workspace,
                                                  const std::optional<std::string>& given);

// All findings, at their final levels, with what is waived and what is in the baseline marked. not_found:
// there is no such baseline.
Result<std::vector<Finding>> evaluate(workspace::Workspace& workspace, const rules::Selection& selection,
                                      unsigned jobs, const std::optional<BaselineFile>& baseline);

}  // namespace mesh::cmd
