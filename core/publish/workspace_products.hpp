#pragma once

#include "core/find/product.hpp"
#include "core/workspace/workspace.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace mesh::publish {

// Keeps, while a workspace is loaded, what consumers ask about its documents: more than its facts hold. Must
// outlive the loading.
class DocumentKeeper {
 public:
  // For workspace::Options::on_document.
  std::function<workspace::Judge(const workspace::Workspace&)> hook();

  // The products of the loaded workspace with the contracts of their output ports, by domain and name.
  std::vector<find::Product> products(const workspace::Workspace& workspace) const;

 private:
  using Place = std::pair<FileId, uint32_t>;  // of the document's root

  std::mutex keeping_;
  std::map<Place, find::Product> products_;
  std::map<Place, find::Contract> contracts_;
};

}  // namespace mesh::publish
