#pragma once

#include <optional>
#include <string>

// What the files of a git repository say, read without a git program. Nothing in them is trusted: whatever is
// malformed counts as absent.
namespace mesh::git {

// The top folder of the work tree that holds `folder`, absolute. Work trees and submodules, whose `.git` is a
// file, count.
std::optional<std::string> repository_root(const std::string& folder);

// The commit that is checked out there, 40 or 64 lower-case hex digits; none before the first commit.
std::optional<std::string> head_revision(const std::string& folder);

}  // namespace mesh::git
