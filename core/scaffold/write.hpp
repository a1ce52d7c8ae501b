#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

// Puts planned files into a folder: all of them or none, and never over something that is there.
namespace mesh::scaffold {

struct File {
  std::string path;  // relative to the root, as `check_path` wants it
  std::string bytes;
};

enum class Existing : unsigned char { refuse, keep };

struct Outcome {
  std::string path;
  bool created = true;  // false: the file was there, with the same content or to be kept
};

// What `write` would do. A file that is there with the same content is no obstacle: a run that was killed
// half-way can be repeated. exists: files with other content are there and are not to be kept; the message
// names them. usage: a path is not fit to be written, two differ only in case, something on the way is not a
// folder.
Result<std::vector<Outcome>> preview(const std::string& root, const std::vector<File>& files,
                                     Existing existing);

// Creates the files, and `root` and its parents when missing. Folders that are new appear whole, by a rename;
// what was made in folders that were there is taken back when a later file fails or a signal arrives. Links
// below `root` are not followed. Several files in folders that were there appear in their order, so the one
// that makes them count comes last.
Result<std::vector<Outcome>> write(const std::string& root, const std::vector<File>& files,
                                   Existing existing);

}  // namespace mesh::scaffold
