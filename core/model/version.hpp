#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

// Versions of products and contracts: Semantic Versioning 2.0.
namespace mesh::model {

// The numbers stay text: the standard sets no limit to them.
struct Version {
  std::string major, minor, patch;
  std::string prerelease, build;  // without `-` and `+`; empty when absent

  std::string text() const;  // canonical: no leading `v`
  std::string tag() const;   // the same as an OCI tag: `+` is written `_`

  bool operator==(const Version&) const = default;
};

// SemVer, with or without one leading `v`. Nothing for anything else ("1.0", "01.0.0", "1.0.0-").
std::optional<Version> parse_version(std::string_view text);

// The inverse of Version::tag; nothing for `snapshot`, `latest` or what is not a tag of ours.
std::optional<Version> parse_tag(std::string_view tag);

// By precedence: a pre-release comes before its release, the build does not count.
std::weak_ordering by_precedence(const Version& a, const Version& b);

// The version to take when this one is spent: the release of a pre-release, else the next patch.
Version next_patch(const Version& version);

// The least that comes after this one in the same line: the next patch, or of a pre-release the next of its kind
// (`1.0.0-rc.2` after `1.0.0-rc.1`).
Version bumped(const Version& version);

inline constexpr std::string_view kSnapshotTag = "snapshot";
inline constexpr std::string_view kLatestTag = "latest";

// A product that is published as a replaceable `snapshot`: without version, or of status draft or proposed.
bool is_snapshot(std::string_view version, std::string_view status);

}  // namespace mesh::model
