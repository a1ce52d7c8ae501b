#pragma once

#include "core/base/result.hpp"
#include "core/oci/descriptor.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The manifest of a release (design section 6): derived from the product's own files alone.
namespace mesh::oci {

inline constexpr std::string_view kOdpsType = "application/odps+yaml";
inline constexpr std::string_view kOdcsType = "application/odcs+yaml";
inline constexpr std::string_view kMarkdownType = "text/markdown";
inline constexpr std::string_view kBytesType = "application/octet-stream";

// The bytes of every manifest's config. They stand in it, and as a blob for readers that do not look there.
inline constexpr std::string_view kEmptyConfig = "{}";

// A manifest larger than this is refused; registries accept no larger one either.
inline constexpr uint64_t kMaxManifest = 4u << 20;

struct Manifest {
  std::string domain, product;
  std::string version;             // "1.2.0", or "snapshot"
  std::vector<Descriptor> layers;  // one a file, `kTitle` is its path; by title
  Descriptor config = describe(kEmptyType, kEmptyConfig);
};

// The bytes that are published. Layers are put in order; their titles must differ.
std::string manifest_bytes(Manifest manifest);

// corrupt: not a manifest of a release, a layer without title, a title twice or one that check_title refuses.
Result<Manifest> read_manifest(std::string_view bytes);

// Titles are relative paths below the folder a product is pulled into. corrupt: absolute, `.`, `..` or empty
// parts, backslash, colon, control characters or bidirectional overrides, a part `.git`, or too long for a
// file system.
Result<void> check_title(std::string_view title);

inline std::string_view title_of(const Descriptor& layer) { return layer.annotation(kTitle); }

// How the files of two manifests differ, for people: "`a.yaml` differs", "`b.md` is new"; none when they are
// equal.
std::vector<std::string> differences(const Manifest& published, const Manifest& now);

}  // namespace mesh::oci
