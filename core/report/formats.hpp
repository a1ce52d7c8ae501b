#pragma once

#include "core/report/report.hpp"
#include "core/report/sources.hpp"

#include <span>

// The writers of all formats; report.cpp has the table of them.
namespace mesh::report {

struct Report {
  std::span<const Finding> findings;
  const Summary& summary;
  const workspace::Workspace& workspace;
  Sources& sources;
  const Style& style;
  std::string_view failure = {};  // why nothing could be checked; then there are no findings
};

void write_text(std::ostream& out, const Report& report);
void write_concise(std::ostream& out, const Report& report);
void write_json(std::ostream& out, const Report& report);
void write_ndjson(std::ostream& out, const Report& report);
void write_sarif(std::ostream& out, const Report& report);
void write_junit(std::ostream& out, const Report& report);
void write_github(std::ostream& out, const Report& report);
void write_gitlab(std::ostream& out, const Report& report);
void write_azure(std::ostream& out, const Report& report);

}  // namespace mesh::report
