#include "core/base/percent.hpp"
#include "core/base/strings.hpp"
#include "core/report/facts.hpp"
#include "core/report/formats.hpp"

#include <ostream>

// Workflow commands of GitHub Actions: `::error file=…,line=…::message`. GitHub shows ten of a level for each
// step.
namespace mesh::report {
namespace {

// One command on one line. What a property or the message holds cannot end it or start another.
class Command {
 public:
  explicit Command(std::string_view name) : line_("::") { line_ += name; }

  void property(std::string_view name, std::string_view value) {
    line_ += has_properties_ ? "," : " ";
    has_properties_ = true;
    line_ += name;
    line_ += '=';
    add(value, "%\r\n:,");
  }
  void property(std::string_view name, uint32_t value) { property(name, std::to_string(value)); }

  std::string with(std::string_view message) && {
    line_ += "::";
    add(message, "%\r\n");
    return std::move(line_) + "\n";
  }

 private:
  void add(std::string_view text, std::string_view encoded) {
    for (const char c : printable(text, true)) {
      if (encoded.find(c) == encoded.npos)
        line_ += c;
      else
        append_percent(line_, c);
    }
  }

  std::string line_;
  bool has_properties_ = false;
};

std::string_view command_for(const Finding& finding) {
  if (finding.waiver || finding.level == Level::note) return "notice";
  return finding.level == Level::error ? "error" : "warning";
}

}  // namespace

void write_github(std::ostream& out, const Report& report) {
  const ForgePaths paths(report.workspace);
  for (const Finding& finding : report.findings) {
    Command command(command_for(finding));
    if (finding.at.file < report.workspace.files.size()) {
      const Location where = report.sources.locate(finding.at);
      command.property("file", paths.of(finding.at.file));
      command.property("line", where.begin.line);
      command.property("endLine", where.end.line);
      // Columns are refused where they belong to two lines.
      if (where.begin.line == where.end.line) {
        command.property("col", where.begin.column);
        command.property("endColumn", where.end.column);
      }
    }
    command.property("title",
                     finding.waiver ? "waived: " + std::string(finding.rule) : std::string(finding.rule));
    std::string message = finding.message;
    for (const std::string& line : advice(finding, report.sources)) message += "\n" + line;
    for (const Note& note : finding.notes) message += "\nnote: " + told(note, report.sources);
    out << std::move(command).with(message);
  }
}

}  // namespace mesh::report
