#include "core/rules/lifecycle.hpp"

namespace mesh::rules::lifecycle {

static void check(const Workspace& workspace, Findings& findings) {
  tell_inputs_that_end(workspace, Stage::retired, findings);
}

extern const Rule depends_on_retired{
    .id = "lifecycle/depends-on-retired",
    .summary = "no product relies on what is retired",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::lifecycle
