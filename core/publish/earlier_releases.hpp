#pragma once

#include "core/workspace/base_facts.hpp"
#include "core/workspace/changes.hpp"

#include <string_view>
#include <vector>

namespace mesh::publish {

// The products whose release would differ from the one that the base would give, under the same version: each
// with the files that differ, its document, the contracts of its output ports, README.md and what `files:`
// add. Snapshots, which may be replaced, are left out.
std::vector<workspace::Earlier> changed_releases(const workspace::Workspace& workspace,
                                                 const workspace::Changes& changes,
                                                 const workspace::BaseFacts& facts);

// Whether a file that is no manifest could be published with a product: README.md, or what the `files:` of
// any domain match.
class Published {
 public:
  explicit Published(const workspace::Workspace& workspace);
  bool may_hold(std::string_view key) const;

 private:
  std::vector<std::string_view> folders_;  // of products, sorted
  bool any_files_ = false;                 // a domain adds files
};

}  // namespace mesh::publish
