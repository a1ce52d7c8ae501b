#include "core/rules/lifecycle.hpp"

namespace mesh::rules::lifecycle {

static void check(const Workspace& workspace, Findings& findings) {
  tell_inputs_that_end(workspace, Stage::deprecated, findings);
}

extern const Rule depends_on_deprecated{
    .id = "lifecycle/depends-on-deprecated",
    .summary = "no product relies on what is deprecated",
    .level = Level::warning,
    .check = check,
};

}  // namespace mesh::rules::lifecycle
