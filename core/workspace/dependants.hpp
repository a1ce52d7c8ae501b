#pragma once

#include "core/workspace/base_facts.hpp"
#include "core/workspace/changes.hpp"

#include <vector>

namespace mesh::workspace {

// By FileId: the files that changed, and those whose verdict may depend on what changed. That is products
// that name a changed contract, and from the products that read it on everything downstream; contracts that
// refer to a changed file; the other ends of what may exist once only; what a changed domain.yaml or
// mesh.yaml governs.
std::vector<bool> affected_files(const Workspace& workspace, const Changes& changes, const BaseFacts& facts);

// Narrows the report to these files, within what it was about.
void report_only(Workspace& workspace, const std::vector<bool>& files);

}  // namespace mesh::workspace
