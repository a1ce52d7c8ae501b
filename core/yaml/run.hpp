#pragma once

#include "core/text/finding.hpp"
#include "core/yaml/reader.hpp"

#include <cstdint>
#include <string_view>

namespace mesh::yaml {

// Stands for a question mark that yaml-cpp would misread; checked text holds no such byte.
inline constexpr char kQuestion = '\x01';

// What all documents of one file share.
struct Run {
  std::string_view source;
  // The source as it was parsed: as long as it, with kQuestion for some question marks.
  std::string_view text;
  const Limits& limits;
  Findings findings;  // errors
  Findings notes;     // told only if the file can be read
  uint64_t nodes = 0, aliases = 0;
  bool failed = false;  // an error was found that leaves no documents
  size_t dates = 0;
  Span first_date = {};
};

// Notes what other parsers read otherwise than YAML 1.2 does.
void note_unportable(Run& run, std::string_view plain, Span at);

// Tells the notes of a file that could be read.
void tell_notes(Run& run, Findings& findings);

void add_all(Findings& findings, Findings& more);

}  // namespace mesh::yaml
