#include "core/base/json.hpp"
#include "core/report/text.hpp"

#include <ostream>

namespace mesh::report {

static void write_note(JsonWriter& json, const Note& note, Sources& sources) {
  const Location where = sources.locate(note.at);
  json.begin_object().key("message").text(note.message).key("path").text(where.path);
  json.key("line").number(where.begin.line).key("column").number(where.begin.column);
  json.key("endLine").number(where.end.line).key("endColumn").number(where.end.column);
  json.end_object();
}

static void write_finding(JsonWriter& json, const Finding& finding, Sources& sources) {
  const Location where = sources.locate(finding.at);
  json.new_line().begin_object();
  json.key("rule").text(finding.rule).key("level").text(name_of(finding.level));
  json.key("message").text(finding.message).key("path").text(where.path);
  json.key("line").number(where.begin.line).key("column").number(where.begin.column);
  json.key("endLine").number(where.end.line).key("endColumn").number(where.end.column);
  json.key("label").text(finding.label).key("help").text(help_of(finding));
  json.key("notes").begin_array();
  for (const Note& note : finding.notes) write_note(json, note, sources);
  json.end_array().key("fix").null().key("waiver").null().end_object();
}

void write_json(std::ostream& out, const std::vector<Finding>& findings, const Summary& summary,
                Sources& sources) {
  JsonWriter json;
  json.begin_object().key("schemaVersion").number(1);
  json.new_line().key("summary").begin_object();
  json.key("files").number(summary.files).key("errors").number(summary.errors);
  json.key("warnings").number(summary.warnings).key("notes").number(summary.notes);
  json.key("waived").number(0).key("skipped").number(summary.skipped).end_object();
  json.new_line().key("findings").begin_array();
  for (const Finding& finding : findings) write_finding(json, finding, sources);
  if (!findings.empty()) json.new_line();
  json.end_array().end_object();
  out << std::move(json).take();
}

}  // namespace mesh::report
