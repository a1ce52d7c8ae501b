#pragma once

#include "cmd/command.hpp"
#include "core/scaffold/scaffold.hpp"

#include <string>
#include <vector>

// What `mesh init` and the `mesh new` commands have in common.
namespace mesh::cmd {

struct ScaffoldFlags {
  std::string format = "text";
  bool dry_run = false;
  std::optional<std::string> team, email;
};

// --team, --email, --dry-run and --format; `owner_default` says whose they are when they are not given.
std::vector<Option> scaffold_options(ScaffoldFlags& flags, const std::string& owner_default);

// usage when a flag is empty or the address is none. What is not given follows from the other and from
// `domain`.
Result<scaffold::Owner> owner_of(const ScaffoldFlags& flags, const std::string& domain);

// A path below `root`, which is as the user wrote it or relative to the current folder.
std::string seen_from_here(const std::string& root, const std::string& path);

struct Scaffolded {
  std::string what;               // "mesh `shop`"
  scaffold::Plan plan;            // its root as the user sees it, "" for the current folder
  std::string hint;               // before the steps: "add this output port to …"
  std::vector<std::string> next;  // commands to run, or lines to add
  std::string if_exists = {};     // what to do when a file is in the way
};

// Writes the plan, or shows what it would write, and tells about it. The exit code.
int write_and_report(const Scaffolded& scaffolded, const ScaffoldFlags& flags, scaffold::Existing existing,
                     Streams& streams);

// A failure before anything was planned: told on stderr and, for scripts, as the document on stdout.
int refuse(const Error& error, const ScaffoldFlags& flags, Streams& streams);

}  // namespace mesh::cmd
