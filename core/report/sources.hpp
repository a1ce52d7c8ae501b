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
#include <utility>
#include <vector>

namespace mesh::report {

// Where a place is, for people.
struct Location {
  std::string_view path;  // good for as long as the workspace is
  Position begin, end;
  uint32_t line_begin = 0;  // where the line of `begin` begins
};

// The texts that a report needs: lines that are there since they were judged, others of files that are read again
// when they come up, of which only the last few stay.
class Sources {
 public:
  // What the findings say about secrets is kept out of every line.
  Sources(const workspace::Workspace& workspace, const std::vector<Finding>& findings);

  // The same for another thread.
  Sources another() const { return Sources(workspace_, secrets_); }

  // Line 1, column 1 when the file cannot be read.
  Location locate(const Place& place);

  // The line in which a place begins, as people may see it: with its secrets blanked, byte for byte. Nothing
  // when the file cannot be read any more. Good until the next call.
  std::optional<std::string_view> line(FileId file, const Location& where);

 private:
  // A place whose column is known: where a line begins, and every so often in those that are too long to be
  // counted from there for each place.
  struct Milestone {
    uint32_t offset = 0;
    Position position;
    uint32_t line_begin = 0;
  };
  struct Kept {
    FileId file = kNoFile;
    uint64_t used = 0;
    std::unique_ptr<Source> source;
    std::vector<Milestone> milestones;
  };
  std::optional<Excerpt::Line> excerpt(FileId file, uint32_t offset) const;
  Location locate_in_file(const Place& place);
  Kept* keep(FileId file);
  std::unique_ptr<Source> read(FileId file) const;
  static Milestone passed(const Kept& kept, uint32_t offset);
  static Position position(const Kept& kept, const Milestone& before, uint32_t offset);

  using Secrets = std::unordered_map<FileId, std::vector<Span>>;
  Sources(const workspace::Workspace& workspace, std::shared_ptr<const Secrets> secrets)
      : workspace_(workspace), secrets_(std::move(secrets)) {}

  const workspace::Workspace& workspace_;
  std::shared_ptr<const Secrets> secrets_;
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
