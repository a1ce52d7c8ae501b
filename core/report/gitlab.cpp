#include "core/base/json.hpp"
#include "core/base/strings.hpp"
#include "core/report/facts.hpp"
#include "core/report/formats.hpp"

#include <ostream>

// The Code Quality report of GitLab, a part of the Code Climate format.
namespace mesh::report {
namespace {

std::string_view severity_of(const Finding& finding) {
  if (finding.waiver || finding.level == Level::note) return "info";
  return finding.level == Level::error ? "major" : "minor";
}

void write_location(JsonWriter& json, const std::string& path, const Location& where) {
  json.begin_object().key("path").text(path);
  json.key("lines").begin_object().key("begin").number(where.begin.line);
  json.key("end").number(where.end.line).end_object();
  json.key("positions").begin_object();
  for (const auto& [name, position] : {std::pair{"begin", where.begin}, std::pair{"end", where.end}}) {
    json.key(name).begin_object().key("line").number(position.line);
    json.key("column").number(position.column).end_object();
  }
  json.end_object().end_object();
}

}  // namespace

void write_gitlab(std::ostream& out, const Report& report) {
  const ForgePaths paths(report.workspace);
  Fingerprints fingerprints(report.workspace);
  JsonWriter json;
  json.begin_array();
  for (const Finding& finding : report.findings) {
    json.new_line().begin_object().key("type").text("issue");
    std::string description = finding.waiver ? "waived: " + finding.message : finding.message;
    if (!finding.label.empty()) description += ": " + finding.label;
    json.key("description").text(description).key("check_name").text(finding.rule);
    json.key("fingerprint").text(fingerprints.next(finding)).key("severity").text(severity_of(finding));
    json.key("categories").begin_array().text("Style").end_array();
    json.key("location");
    write_location(json, paths.of(finding.at.file), report.sources.locate(finding.at));
    std::string body;
    for (const std::string& line : advice(finding, report.sources)) body += line + "\n";
    for (const Note& note : finding.notes) body += "note: " + told(note, report.sources) + "\n";
    json.key("content").begin_object().key("body").text(body).end_object();
    json.key("other_locations").begin_array();
    for (const Note& note : finding.notes)
      write_location(json, paths.of(note.at.file), report.sources.locate(note.at));
    json.end_array().end_object();
    out << json.drain();
  }
  if (!report.findings.empty()) json.new_line();
  json.end_array();
  out << std::move(json).take();
}

}  // namespace mesh::report
