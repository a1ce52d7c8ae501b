#include "core/base/json.hpp"
#include "core/report/formats.hpp"

#include <ostream>

namespace mesh::report {

static void write_span(JsonWriter& json, const Location& where) {
  json.key("line").number(where.begin.line).key("column").number(where.begin.column);
  json.key("endLine").number(where.end.line).key("endColumn").number(where.end.column);
}

static void write_note(JsonWriter& json, const Note& note, Sources& sources) {
  const Location where = sources.locate(note.at);
  json.begin_object().key("message").text(note.message).key("path").text(where.path);
  write_span(json, where);
  json.end_object();
}

static void write_fix(JsonWriter& json, const Finding& finding, Sources& sources) {
  json.key("fix");
  if (!finding.fix) return void(json.null());
  json.begin_object().key("title").text(finding.fix->title).key("safe").boolean(finding.fix->safe);
  json.key("edits").begin_array();
  for (const Edit& edit : finding.fix->edits) {
    json.begin_object();
    write_span(json, sources.locate({finding.at.file, edit.at}));
    json.key("replacement").text(edit.text).end_object();
  }
  json.end_array().end_object();
}

static void write_waiver(JsonWriter& json, const Finding& finding, Sources& sources) {
  json.key("waiver");
  if (!finding.waiver) return void(json.null());
  const Location where = sources.locate(finding.waiver->at);
  json.begin_object().key("reason").text(finding.waiver->reason).key("owner").text(finding.waiver->owner);
  json.key("until").text(finding.waiver->until).key("path").text(where.path);
  write_span(json, where);
  json.end_object();
}

static void write_finding(JsonWriter& json, const Finding& finding, Sources& sources) {
  const Location where = sources.locate(finding.at);
  json.begin_object();
  json.key("rule").text(finding.rule).key("level").text(name_of(finding.level));
  json.key("message").text(finding.message).key("path").text(where.path);
  write_span(json, where);
  json.key("label").text(finding.label).key("help").text(help_of(finding));
  json.key("notes").begin_array();
  for (const Note& note : finding.notes) write_note(json, note, sources);
  json.end_array();
  write_fix(json, finding, sources);
  write_waiver(json, finding, sources);
  json.end_object();
}

static void write_summary(JsonWriter& json, const Summary& summary) {
  json.key("summary").begin_object();
  json.key("files").number(summary.files).key("errors").number(summary.errors);
  json.key("warnings").number(summary.warnings).key("notes").number(summary.notes);
  json.key("waived").number(summary.waived).key("skipped").number(summary.skipped).end_object();
  if (summary.changed) {
    json.new_line().key("changed").begin_object().key("base");
    summary.changed->base.empty() ? json.null() : json.text(summary.changed->base);
    json.key("files").number(summary.changed->files).end_object();
  }
}

void write_json(std::ostream& out, const Report& report) {
  JsonWriter json;
  json.begin_object().key("schemaVersion").number(1).new_line();
  write_summary(json, report.summary);
  json.new_line().key("findings").begin_array();
  for (const Finding& finding : report.findings) {
    json.new_line();
    write_finding(json, finding, report.sources);
    out << json.drain();
  }
  if (!report.findings.empty()) json.new_line();
  json.end_array().end_object();
  out << std::move(json).take();
}

void write_ndjson(std::ostream& out, const Report& report) {
  for (const Finding& finding : report.findings) {
    JsonWriter json;
    write_finding(json, finding, report.sources);
    out << std::move(json).take();
  }
  JsonWriter json;
  json.begin_object().key("schemaVersion").number(1);
  write_summary(json, report.summary);
  json.end_object();
  out << std::move(json).take();
}

}  // namespace mesh::report
