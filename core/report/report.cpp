#include "core/report/report.hpp"

#include "core/base/strings.hpp"
#include "core/report/text.hpp"

#include <fmt/format.h>

namespace mesh::report {

std::vector<std::string> names() { return {"text", "concise", "json"}; }

std::optional<Format> format_named(std::string_view name) {
  if (name == "text") return Format::text;
  if (name == "concise") return Format::concise;
  if (name == "json") return Format::json;
  return std::nullopt;
}

Summary summarize(const std::vector<Finding>& findings, const workspace::Workspace& workspace) {
  Summary summary{.files = workspace.manifests, .skipped = workspace.skipped};
  if (workspace.base) summary.changed = Changed{workspace.base->commit, workspace.base->files};
  for (const Finding& finding : findings) {
    if (finding.waiver)
      ++summary.waived;
    else if (finding.level == Level::error)
      ++summary.errors;
    else if (finding.level == Level::warning)
      ++summary.warnings;
    else
      ++summary.notes;
  }
  return summary;
}

std::string summary_line(const Summary& summary) {
  std::vector<std::string> parts;
  if (summary.errors > 0) parts.push_back(count_of(summary.errors, "error"));
  if (summary.warnings > 0) parts.push_back(count_of(summary.warnings, "warning"));
  if (summary.notes > 0) parts.push_back(count_of(summary.notes, "note"));
  if (summary.waived > 0) parts.push_back(fmt::format("{} waived", summary.waived));
  return "checked " + count_of(summary.files, "manifest") + ": " +
         (parts.empty() ? "all fine" : join(parts, ", "));
}

void write(std::ostream& out, Format format, const std::vector<Finding>& findings, const Summary& summary,
           const workspace::Workspace& workspace, const Style& style) {
  Sources sources(workspace, findings);
  switch (format) {
    case Format::text:
      return write_text(out, findings, sources, style);
    case Format::concise:
      return write_concise(out, findings, sources, style);
    case Format::json:
      return write_json(out, findings, summary, sources);
  }
}

}  // namespace mesh::report
