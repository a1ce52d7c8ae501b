#pragma once

#include "core/oci/manifest.hpp"
#include "core/publish/identity.hpp"

#include <array>
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

// A run has thousands of them, all at one time.
struct ReleaseFile {
  std::string title;
  std::string path;             // below Release::root, with `/`
  std::string_view media_type;  // one of oci/manifest.hpp
  // Once the release is sealed.
  std::array<unsigned char, 32> sha256 = {};
  uint64_t size = 0;

  std::string digest() const;
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
  std::string digest;              // of the manifest, once it is sealed, and
  uint64_t size = 0;               // its bytes
  std::optional<Refusal> refused;

  bool is_snapshot() const;
  // Of a sealed one; its bytes are made anew each time.
  oci::Manifest manifest() const;
  std::string bytes() const;
  oci::Descriptor descriptor() const;
};

// Reads the files once, for their sizes and digests, and makes the manifest; what cannot be read or named
// refuses the release. Nothing of what was read is kept.
void seal(Release& release);
void seal_all(std::vector<Release>& releases, unsigned jobs);  // but those that are refused already

// A file of a sealed release again, for writing it. conflict when it is no longer the file that was sealed.
Result<std::string> bytes_of(const Release& release, const ReleaseFile& file);

}  // namespace mesh::publish
