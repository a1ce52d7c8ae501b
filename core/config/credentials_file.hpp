#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

// `$XDG_CONFIG_HOME/mesh/credentials.yaml`: the profiles that targets name.
namespace mesh::config {

struct Profile {
  std::string name, platform;                         // "aws", "azure" or "google"
  std::string path;                                   // of the file it stands in
  std::map<std::string, Secret, std::less<>> values;  // under the names that the platform knows
  std::vector<std::string> command;                   // `command`

  bool has(std::string_view key) const { return values.contains(key); }
  std::string text(std::string_view key) const;
  Secret secret(std::string_view key) const;
  std::string origin() const;  // "profile `sales` of `/home/ann/.config/mesh/credentials.yaml`"
};

using Profiles = std::map<std::string, Profile, std::less<>>;

// "" when the environment does not say where a user's files are.
std::string credentials_path();

// Empty when it is not there. usage: others can read it, or it does not hold profiles; told with line and
// column, without what stands there.
Result<Profiles> read_profiles(const std::string& path);

}  // namespace mesh::config
