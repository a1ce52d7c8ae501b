#pragma once

#include "core/oci/manifest.hpp"
#include "core/publish/identity.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A product of the workspace as it would be published: which files, under which version, with which digest.
namespace mesh::publish {

// No file of a release is larger; readers refuse what claims to be.
inline constexpr uint64_t kMaxFile = 256u << 20;
// Nor are all of them together: who pulls has them in memory at once, and one blob may be listed many times.
inline constexpr uint64_t kMaxRelease = 1u << 30;

struct ReleaseFile {
  std::string title;
  std::string path;  // below Release::root, with `/`
  std::string media_type;
  // Once the release is sealed.
  std::string digest = {};
  uint64_t size = 0;
};

// Why a product is not published. Without a fault its own manifests are the reason.
struct Refusal {
  std::optional<Fault> fault;
  std::string reason;
};

struct Release {
  Identity identity;
  std::string version;             // "1.2.0" or "snapshot"; "" when it was refused before that was known
  std::string tag;                 // the version as a tag
  std::string id;                  // of the ODPS document
  std::string status;              // vnd.mesh.status
  std::string document;            // path of the ODPS document as shown
  std::string root;                // absolute folder
  std::vector<ReleaseFile> files;  // by title
  std::string bytes;               // of the manifest
  std::string digest;
  std::optional<Refusal> refused;

  bool is_snapshot() const;
  oci::Manifest manifest() const;  // of a sealed one
};

// Reads the files once, for their sizes and digests, and makes the manifest; what cannot be read or named
// refuses the release. The bytes are not kept.
void seal(Release& release);

// A file of a sealed release again, for writing it. conflict when it is no longer the file that was sealed.
Result<std::string> bytes_of(const Release& release, const ReleaseFile& file);

}  // namespace mesh::publish
