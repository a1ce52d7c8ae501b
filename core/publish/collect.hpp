#pragma once

#include "core/publish/release.hpp"
#include "core/text/finding.hpp"
#include "core/workspace/workspace.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mesh::publish {

struct Request {
  std::vector<bool> selected;  // by FileId: products whose document is among these
  std::optional<Identity> as;  // what the one selected product is called, where no mesh says it
  unsigned jobs = 0;
};

struct Collected {
  std::vector<Release> releases;      // by domain and product, each refused or still to be sealed
  std::vector<std::string> left_out;  // contracts that no product outputs, one sentence each
};

// The releases of a loaded workspace. An error-level finding in a product's document, in its contracts, in
// those it relies on, or in the files that govern it refuses that product and no other (design section 6).
Collected collect(const workspace::Workspace& workspace, std::span<const Finding> findings,
                  const Request& request);

}  // namespace mesh::publish
