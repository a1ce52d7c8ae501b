#pragma once

#include "core/model/facts.hpp"

#include <cstdint>
#include <string>
#include <vector>

// What is known of an earlier state of the mesh, the base: for rules that compare the two.
namespace mesh::workspace {

// A document that was there before and holds something else now.
struct Earlier {
  uint32_t document = 0;        // index into Workspace::contracts or products
  std::string version, status;  // that it had
  bool same_meaning = false;    // of a contract: comments and layout apart, it says the same
  // Of a product: the files of its release that differ, as shown; those of the release are published byte for
  // byte.
  std::vector<std::string> files = {};
};

struct Base {
  std::string commit;                        // whole id, lower case; "" when there was none yet
  std::string revision;                      // as people know it: "origin/main"
  size_t files = 0;                          // of the mesh that changed, are new or gone
  std::vector<Earlier> contracts, products;  // in order of the documents
};

}  // namespace mesh::workspace
