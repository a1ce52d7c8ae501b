#pragma once

#include "core/text/finding.hpp"
#include "core/text/source.hpp"
#include "core/workspace/workspace.hpp"

#include <memory>
#include <vector>

namespace mesh::report {

// Where a place is, for people.
struct Location {
  std::string path;
  Position begin, end;
};

// The texts that a report needs, read again when they come up; of all of them only the last few stay.
class Sources {
 public:
  // What the findings say about secrets is kept out of every text.
  Sources(const workspace::Workspace& workspace, const std::vector<Finding>& findings);

  // The file with its secrets blanked; nullptr when it cannot be read any more. Good until the next call but
  // one.
  const Source* of(FileId file);

  // Line 1, column 1 when the file cannot be read.
  Location locate(const Place& place);

 private:
  struct Kept {
    FileId file = kNoFile;
    std::unique_ptr<Source> source;
  };
  std::unique_ptr<Source> read(FileId file) const;

  const workspace::Workspace& workspace_;
  std::vector<Place> secrets_;
  Kept kept_[2];  // the file of a finding and that of its note
  unsigned next_ = 0;
};

// What to do about a finding: its own advice, else where to read more.
std::string help_of(const Finding& finding);

}  // namespace mesh::report
