#pragma once

#include "cmd/command.hpp"
#include "cmd/evaluation.hpp"
#include "core/workspace/workspace.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

// `mesh validate --fix`.
namespace mesh::cmd {

struct FixFlags {
  bool fix = false, unsafe = false, dry_run = false;
};
std::vector<Option> fix_options(FixFlags& flags);

// usage: flags that need others, standard input beside other paths.
Result<void> check_fix_flags(const FixFlags& flags, const std::vector<std::string>& paths);

// A loaded workspace and what was found in it.
struct Judged {
  workspace::Workspace workspace;
  std::vector<Finding> findings;
  bool is_empty = false;  // there was nothing to check, whatever is reported
};
using Check = std::function<Result<Judged>(const workspace::Options&)>;

// A file that fixes have changed.
struct ChangedFile {
  std::string key, path;  // path: as shown
  std::string before, after;
  bool is_input = false;
};

struct Fixed {
  std::vector<Finding> found;  // in the texts before
  Judged left;                 // what is found in the texts after
  std::vector<ChangedFile> files;
  size_t made = 0, refused = 0;  // fixes
};

// Checks, makes the fixes of what is reported and not waived, and checks again, until nothing is left to
// make. Nothing is written.
Result<Fixed> find_fixes(workspace::Options options, const FixFlags& flags, const Check& check);

// Puts the texts in the place of the files: each whole, with its mode, and only where it is still what was
// checked. Tells about each that cannot be written; the exit code that fits.
int write_fixes(const Fixed& fixed, Streams& streams);

// For `--dry-run`: what `git apply` takes.
void print_diff(const Fixed& fixed, Streams& streams);

// How many of these could be made.
size_t count_fixable(const workspace::Workspace& workspace, const std::vector<Finding>& findings,
                     bool unsafe);

}  // namespace mesh::cmd
