#pragma once

#include "core/base/result.hpp"
#include "core/crypto/public_key.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

// For the files of this room: documents of kinds of our own that are no files of a workspace.
namespace mesh::trust {

struct Document {
  Source source;
  std::vector<yaml::Document> documents;
  yaml::Node root() const { return documents.front().root(); }
};

inline constexpr std::string_view kRootSchema = "core/trust/root.schema.json";
inline constexpr std::string_view kPinsSchema = "core/trust/pins.schema.json";

// `fault` with the first thing that is wrong, told with line and column, when it is not a document of that
// schema.
Result<std::unique_ptr<Document>> read_document(const std::string& name, std::string bytes,
                                                std::string_view schema, Fault fault);

// `fault` for a line that is no key, and for a key that is there twice: it would count twice.
Result<std::vector<crypto::PublicKey>> parse_keys(const std::vector<std::string>& lines, Fault fault);

}  // namespace mesh::trust
