#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

// Where the parts of a product's OCI image layout are, below its prefix `<domain>/<product>` (design section
// 6).
namespace mesh::oci {

// Written once and never replaced: on disk it is also what writers lock.
inline constexpr std::string_view kLayoutBytes = R"({"imageLayoutVersion":"1.0.0"})";

std::string layout_key(std::string_view prefix);
std::string index_key(std::string_view prefix);
std::string blob_key(std::string_view prefix, std::string_view digest);  // a SHA-256 digest

// corrupt: not the layout file of a version we know. White space may differ: other tools write it too.
Result<void> check_layout(std::string_view bytes);

}  // namespace mesh::oci
