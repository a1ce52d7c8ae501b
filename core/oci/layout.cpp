#include "core/oci/layout.hpp"

#include "core/oci/json.hpp"

namespace mesh::oci {

std::string layout_key(std::string_view prefix) { return std::string(prefix) + "/oci-layout"; }
std::string index_key(std::string_view prefix) { return std::string(prefix) + "/index.json"; }

std::string blob_key(std::string_view prefix, std::string_view digest) {
  const size_t colon = digest.find(':');
  return std::string(prefix) + "/blobs/sha256/" + std::string(digest.substr(colon + 1));
}

Result<void> check_layout(std::string_view bytes) {
  const auto document = read_json(bytes);
  if (!document) return tl::unexpected(document.error());
  const std::string* const version = document->string_at("imageLayoutVersion");
  if (!version || *version != "1.0.0") return fail(Fault::corrupt, "its imageLayoutVersion is not 1.0.0");
  return {};
}

}  // namespace mesh::oci
