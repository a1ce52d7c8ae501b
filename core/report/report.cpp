#include "core/report/report.hpp"

#include "core/base/parallel.hpp"
#include "core/base/strings.hpp"
#include "core/report/formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <sstream>
#include <string>

namespace mesh::report {

namespace {

struct Writer {
  std::string_view name;
  void (*write)(std::ostream&, const Report&);
  bool is_document;
  bool is_by_finding = false;  // what it writes of one finding does not depend on the others
};

// In the order of Format.
constexpr Writer kWriters[] = {
    {"text", write_text, false, true}, {"concise", write_concise, false, true},
    {"json", write_json, true},        {"ndjson", write_ndjson, true},
    {"sarif", write_sarif, true},      {"junit", write_junit, true},
    {"github", write_github, false},   {"gitlab", write_gitlab, true},
    {"azure", write_azure, false},
};
static_assert(std::size(kWriters) == static_cast<size_t>(Format::azure) + 1);

// Findings that one thread writes at a stretch; so many are in memory as text for each thread and turn.
constexpr size_t kPart = 500, kPartsPerTurn = 16;

void write_in_parts(std::ostream& out, const Writer& writer, const Report& report) {
  const size_t parts = (report.findings.size() + kPart - 1) / kPart;
  for (size_t done = 0; done < parts; done += kPartsPerTurn) {
    std::array<std::string, kPartsPerTurn> texts;
    for_each_index(std::min(kPartsPerTurn, parts - done), report.style.jobs, [&](size_t i) {
      const size_t first = (done + i) * kPart;
      const auto findings = report.findings.subspan(first, std::min(kPart, report.findings.size() - first));
      Sources sources = report.sources.another();
      std::ostringstream text;
      writer.write(text, {findings, report.summary, report.workspace, sources, report.style});
      texts[i] = std::move(text).str();
    });
    for (const std::string& text : texts) out << text;
  }
}

const Writer& writer_of(Format format) { return kWriters[static_cast<size_t>(format)]; }

}  // namespace

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const Writer& writer : kWriters) names.emplace_back(writer.name);
  return names;
}

std::optional<Format> format_named(std::string_view name) {
  for (size_t i = 0; i < std::size(kWriters); ++i)
    if (kWriters[i].name == name) return static_cast<Format>(i);
  return std::nullopt;
}

bool is_document(Format format) { return writer_of(format).is_document; }

bool is_failed(const Summary& summary, Level fails_from) {
  if (fails_from == Level::off) return false;
  return summary.errors > 0 || (fails_from == Level::warning && summary.warnings > 0);
}

Summary summarize(const std::vector<Finding>& findings, const workspace::Workspace& workspace) {
  Summary summary{.files = workspace.manifests, .skipped = workspace.skipped};
  if (workspace.base) summary.changed = Changed{workspace.base->commit, workspace.base->files};
  for (const Finding& finding : findings) {
    if (finding.waiver && finding.waiver->baseline) ++summary.baselined;
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

std::string summary_line(const Summary& summary, std::string_view noun) {
  std::vector<std::string> parts;
  if (summary.errors > 0) parts.push_back(count_of(summary.errors, "error"));
  if (summary.warnings > 0) parts.push_back(count_of(summary.warnings, "warning"));
  if (summary.notes > 0) parts.push_back(count_of(summary.notes, "note"));
  const size_t waived = summary.waived - summary.baselined;
  if (waived > 0) parts.push_back(fmt::format("{} waived", waived));
  if (summary.baselined > 0) parts.push_back(fmt::format("{} in the baseline", summary.baselined));
  return "checked " + count_of(summary.files, noun) + ": " + (parts.empty() ? "all fine" : join(parts, ", "));
}

void write(std::ostream& out, Format format, const std::vector<Finding>& findings, const Summary& summary,
           const workspace::Workspace& workspace, const Style& style) {
  Sources sources(workspace, findings);
  const Writer& writer = writer_of(format);
  const Report report{findings, summary, workspace, sources, style};
  if (writer.is_by_finding && style.jobs != 1 && findings.size() > kPart)
    write_in_parts(out, writer, report);
  else
    writer.write(out, report);
}

void write_failure(std::ostream& out, Format format, std::string_view why) {
  const workspace::Workspace nothing;
  Sources sources(nothing, std::vector<Finding>());
  writer_of(format).write(out, {{}, {}, nothing, sources, {}, why});
}

}  // namespace mesh::report
