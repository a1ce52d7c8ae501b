#pragma once

#include "core/base/result.hpp"
#include "core/crypto/public_key.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"

#include <cstdint>
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

// The number under `threshold`, 1 without it. `fault` for a form of it that some take for another number (+2,
// 1e1, 0x2): one that is too small would let too few sign.
Result<uint32_t> parse_threshold(yaml::Node mapping, Fault fault);

}  // namespace mesh::trust
