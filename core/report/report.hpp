#pragma once

#include "core/text/finding.hpp"
#include "core/workspace/workspace.hpp"

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Prints findings. Every format carries the same facts; only `text` shows the lines they are about.
namespace mesh::report {

enum class Format : uint8_t { text, concise, json };

std::vector<std::string> names();
std::optional<Format> format_named(std::string_view name);

struct Changed {
  std::string base;  // the commit that was compared with; "" when there was none yet
  size_t files = 0;  // that differ from it
};

struct Summary {
  size_t files = 0;    // manifests that were checked
  size_t skipped = 0;  // files that turned out to be no manifests
  size_t errors = 0, warnings = 0, notes = 0;  // waived ones are not among them
  size_t waived = 0;
  std::optional<Changed> changed = {};  // of a run that looks at changes only
};
Summary summarize(const std::vector<Finding>& findings, const workspace::Workspace& workspace);

// "checked 12 manifests: 2 errors, 1 warning".
std::string summary_line(const Summary& summary);

struct Style {
  unsigned width = 80;  // longer source lines are cut around what is pointed at
  bool color = false;
};

// The files are read again for their lines and positions. One that vanished or changed in between loses its
// snippet or shows its new text; it never stops the report. `findings` are sorted by file.
void write(std::ostream& out, Format format, const std::vector<Finding>& findings, const Summary& summary,
           const workspace::Workspace& workspace, const Style& style);

}  // namespace mesh::report
