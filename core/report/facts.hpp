#pragma once

#include "core/report/sources.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// What several formats tell of a finding beside its message.
namespace mesh::report {

// "label", "help: …", "fix: …", "waived until …", each a line of its own; every text as it may be shown.
std::vector<std::string> advice(const Finding& finding, Sources& sources);

// "until 2026-12-31 by sales-data: the source is being replaced (waivers.yaml:4:3)", as far as it is known.
std::string told(const Waiver& waiver, Sources& sources);

// "a.yaml:3:1: first used here".
std::string told(const Note& note, Sources& sources);

// A path at the start of a line, as it may be shown: no CI service takes the line for a command.
std::string leading_path(std::string_view path);

// Paths as a forge knows them: from the top of the repository; outside of one, from the current folder.
class ForgePaths {
 public:
  explicit ForgePaths(const workspace::Workspace& workspace);
  std::string of(FileId file) const;

 private:
  const workspace::Workspace& workspace_;
  std::string before_;  // from the top of the repository to the workspace's root: "" or ending in `/`
  bool in_repository_ = false;
};

// Names findings so that the same one has the same name in the next run, whatever lines were added before it:
// made of rule, file, message and, for equal ones, their order. Ask for each finding once, in the order of
// the report.
class Fingerprints {
 public:
  explicit Fingerprints(const workspace::Workspace& workspace) : workspace_(workspace) {}
  std::string next(const Finding& finding);  // 32 hex digits

 private:
  const workspace::Workspace& workspace_;
  std::unordered_map<std::string, size_t> seen_;
};

}  // namespace mesh::report
