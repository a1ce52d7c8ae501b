#pragma once

#include "core/text/finding.hpp"
#include "core/yaml/comments.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Exceptions that people take responsibility for, as they are written: whether they are in order, and what
// they work on, is judged in rules/waivers.hpp.
namespace mesh::model {

// A word of a waiver and where it stands.
struct Written {
  std::string text;
  Span at;
};

// A comment `# mesh:allow RULE[, RULE…] until=DATE reason="…"`.
struct Allow {
  FileId file = kNoFile;
  Span at;                     // from `mesh:allow` to its last word
  std::vector<Written> rules;  // ids or globs
  Written until, reason;
  // A finding is meant when it begins in one of these: the comment's own line, and for a comment that stands
  // alone the line below it and below further comments, if that is not blank.
  Span line;
  std::optional<Span> line_below;
  struct Fault {
    Span at;
    std::string message, label;
  };
  std::optional<Fault> fault;  // it is not written as it should be, and does not count
};

// Whether a text may hold one: the rest of the work is left out where it does not.
bool may_allow(std::string_view text);

std::vector<Allow> read_allows(const Source& source, const std::vector<yaml::Comment>& comments, FileId file);

// One entry of a waivers.yaml; those that lack a part are left out, the schema tells of them.
struct Waived {
  Written rule, target, until;
  std::string owner, reason;
  Span at;  // the entry
};

// A waivers.yaml.
struct Waivers {
  FileId file = kNoFile;
  std::vector<Waived> entries;
};

Waivers read_waivers(yaml::Node root, FileId file);

}  // namespace mesh::model
