#pragma once

#include "core/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Which workspace the command line means, and what of it is reported on (design section 3, "Finding
// manifests").
namespace mesh::workspace {

struct Options;

// What standard input holds.
struct Input {
  enum class Reading : bool { no, yes };
  std::string key;  // of the file it stands for, else kStandardInput
  std::string text;
  int error = 0;  // errno, when it cannot be read
};

struct Scope {
  std::string root;                         // absolute
  std::string here;                         // the current folder, absolute
  std::string git_root;                     // absolute; "" outside of a repository
  bool has_mesh = false;                    // `root` has a mesh.yaml
  bool linked = true;                       // the graph is known: a mesh, or at least one folder
  bool everything = false;                  // no PATH: all of it is reported
  std::optional<Input> input;               // `-` is among the paths
  std::vector<std::string> folders, files;  // keys of the paths given

  bool reports(std::string_view key) const;
  // Relative to the current folder.
  std::string shown(std::string_view key) const;
};

// The name and the key of what is read from standard input.
inline constexpr std::string_view kStandardInput = "<stdin>";

// Where exceptions stand: at the root of a mesh, and in the folder of a domain.
inline constexpr std::string_view kWaiversFile = "waivers.yaml";

// Reads standard input, too, if it is among the paths. not_found: a path that is not there. usage: as `load`
// says.
Result<Scope> find_scope(const Options& options, Input::Reading reading = Input::Reading::yes);

// Whether a mesh.yaml or domain.yaml says that it is another tool's: it has an `apiVersion` of some `group/…`
// that is not ours.
bool is_foreign(std::string_view text);

}  // namespace mesh::workspace
