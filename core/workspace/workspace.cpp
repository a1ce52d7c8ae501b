#include "core/workspace/workspace.hpp"

#include "core/workspace/paths.hpp"
#include "core/workspace/reading.hpp"

namespace mesh::workspace {

const model::Domain* Workspace::domain_of(FileId file) const {
  if (file >= files.size() || files[file].domain >= domains.size()) return nullptr;
  return &domains[files[file].domain];
}

std::string_view Workspace::product_key(const model::Product& product) const {
  std::string_view home = folder(product.file);
  if (home.empty()) home = root;
  return home.substr(home.rfind('/') + 1);
}

std::string_view Workspace::folder(FileId file) const { return parent_of(files[file].key); }

Result<Source> Workspace::source(FileId file) const {
  if (const auto kept = kept_texts.find(file); kept != kept_texts.end())
    return Source(files[file].path, kept->second);
  auto bytes = read_bytes(joined(root, files[file].key), most_bytes);
  if (!bytes) return pass(std::move(bytes));
  return Source(files[file].path, std::move(*bytes));
}

}  // namespace mesh::workspace
