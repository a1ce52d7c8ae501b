#pragma once

#include "core/text/finding.hpp"
#include "core/workspace/workspace.hpp"

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Prints findings. Every format carries the same facts as far as it can; only `text` shows the lines they are
// about.
namespace mesh::report {

enum class Format : uint8_t { text, concise, json, ndjson, sarif, junit, github, gitlab, azure };

std::vector<std::string> names();
std::optional<Format> format_named(std::string_view name);

struct Changed {
  std::string base;  // the commit that was compared with; "" when there was none yet
  size_t files = 0;  // that differ from it
};

// Whether a program reads it from beginning to end: it is written, too, when there is nothing to report on.
bool is_document(Format format);

struct Summary {
  size_t files = 0;                            // manifests that were checked
  size_t skipped = 0;                          // files that turned out to be no manifests
  size_t errors = 0, warnings = 0, notes = 0;  // waived ones are not among them
  size_t waived = 0;
  size_t baselined = 0;  // of the waived, those that the baseline lists
  std::optional<Changed> changed = {};  // of a run that looks at changes only
};
// Whether there are findings of `fails_from` or worse; with `off` nothing fails.
bool is_failed(const Summary& summary, Level fails_from);

Summary summarize(const std::vector<Finding>& findings, const workspace::Workspace& workspace);

// "checked 12 manifests: 2 errors, 1 warning"; `noun` is what one of the files is called.
std::string summary_line(const Summary& summary, std::string_view noun = "manifest");

struct Style {
  unsigned width = 80;  // longer source lines are cut around what is pointed at
  bool color = false;
  unsigned jobs = 1;                // threads; 0: one per core
  Level fails_from = Level::error;  // what makes a test of `junit` fail; off: nothing does
};

// Lines that reading kept are shown as they were judged; for others files are read again. One that vanished or
// changed in between loses its snippet or shows its new text; it never stops the report. `findings` are sorted by
// file.
void write(std::ostream& out, Format format, const std::vector<Finding>& findings, const Summary& summary,
           const workspace::Workspace& workspace, const Style& style);

// The document of a run that checked nothing, and why where the format has a place for it.
void write_failure(std::ostream& out, Format format, std::string_view why);

}  // namespace mesh::report
