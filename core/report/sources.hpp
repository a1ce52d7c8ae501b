#pragma once

#include "core/text/finding.hpp"
#include "core/text/source.hpp"
#include "core/workspace/workspace.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
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
  // What the findings say about secrets is kept out of every line.
  Sources(const workspace::Workspace& workspace, const std::vector<Finding>& findings);

  // A line of the file, as people may see it: with its secrets blanked, byte for byte. Nothing when the file
  // cannot be read any more or has no such line. Good until the next call.
  std::optional<std::string_view> line(FileId file, uint32_t number);
  // Where that line begins; 0 where there is none.
  uint32_t line_begin(FileId file, uint32_t number);

  // Line 1, column 1 when the file cannot be read.
  Location locate(const Place& place);

 private:
  // A column counted ahead: every so often in the lines that are too long to be counted for each place.
  struct Milestone {
    uint32_t offset = 0;
    Position position;
    bool counts = true;  // false: the line after a long one
  };
  struct Kept {
    FileId file = kNoFile;
    uint64_t used = 0;
    std::unique_ptr<Source> source;
    std::vector<Milestone> milestones;
  };
  Kept* keep(FileId file);
  std::unique_ptr<Source> read(FileId file) const;
  static Position position(const Kept& kept, uint32_t offset);

  const workspace::Workspace& workspace_;
  std::unordered_map<FileId, std::vector<Span>> secrets_;
  std::array<Kept, 8> kept_;  // the file of a finding and those of its notes
  uint64_t uses_ = 0;
  struct Shown {
    FileId file = kNoFile;
    uint32_t number = 0;
    std::string text;
  } shown_;  // many findings may stand in one line, and that may be long
};

// What to do about a finding: its own advice, else where to read more.
std::string help_of(const Finding& finding);

}  // namespace mesh::report
