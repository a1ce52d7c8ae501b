#pragma once

#include "core/oci/manifest.hpp"
#include "core/publish/identity.hpp"
#include "core/store/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mesh::publish {

// What the published document of a product says of itself; what it does not say, or not as text, is "".
struct Document {
  std::string id, name, description;
  std::vector<std::string> tags;
};

// nullopt when the release has no ODPS document, or one that cannot be read.
std::optional<Document> read_document(store::Store& store, const Identity& identity,
                                      const oci::Manifest& manifest);

}  // namespace mesh::publish
