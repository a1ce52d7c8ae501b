#pragma once

#include "cmd/evaluation.hpp"
#include "cmd/command.hpp"

// `mesh validate --baseline` and `--update-baseline`.
namespace mesh::cmd {

struct BaselineFlags {
  std::optional<std::string> file;
  bool update = false, none = false;
};
std::vector<Option> baseline_options(BaselineFlags& flags);
Result<void> check_baseline_flags(const BaselineFlags& flags);

// Writes a baseline that is not there yet, from all that is found; drops from one that is there what no
// longer occurs. Never adds to one. The findings are marked as the file lists them.
Result<void> update_baseline(const workspace::Workspace& workspace, const rules::Selection& selection,
                             std::vector<Finding>& findings, const std::optional<BaselineFile>& baseline,
                             Streams& streams);

// Tells when a baseline could shrink.
void tell_stale_baseline(const workspace::Workspace& workspace, const rules::Selection& selection,
                         const std::vector<Finding>& findings, const BaselineFile& baseline,
                         Streams& streams);

}  // namespace mesh::cmd
