#include "core/base/strings.hpp"
#include "core/report/facts.hpp"
#include "core/report/formats.hpp"

#include <ostream>

// Logging commands of Azure Pipelines: `##vso[task.logissue type=error;sourcepath=…]message`. It knows errors
// and warnings only, so notes and what is waived are lines of the log.
namespace mesh::report {
namespace {

// One issue on one line. What a property or the message holds cannot end it or start another command.
class Issue {
 public:
  explicit Issue(std::string_view type) : line_("##vso[task.logissue ") { property("type", type); }

  void property(std::string_view name, std::string_view value) {
    line_ += name;
    line_ += '=';
    add(value, true);
    line_ += ';';
  }
  void property(std::string_view name, uint32_t value) { property(name, std::to_string(value)); }

  std::string with(std::string_view message) && {
    line_ += ']';
    add(message, false);
    return std::move(line_) + "\n";
  }

 private:
  void add(std::string_view text, bool in_property) {
    for (const char c : printable(text, true)) {
      if (c == '%')
        line_ += "%AZP25";
      else if (c == '\n')
        line_ += "%0A";
      else if (c == ';' && in_property)
        line_ += "%3B";
      else if (c == ']' && in_property)
        line_ += "%5D";
      else
        line_ += c;
    }
  }

  std::string line_;
};

}  // namespace

void write_azure(std::ostream& out, const Report& report) {
  const ForgePaths paths(report.workspace);
  for (const Finding& finding : report.findings) {
    const Location where = report.sources.locate(finding.at);
    std::string message = finding.message;
    if (finding.waiver || finding.level < Level::warning) {
      out << leading_path(where.path) << ":" << where.begin.line << ":" << where.begin.column << ": "
          << (finding.waiver ? "waived" : name_of(finding.level)) << "[" << printable(finding.rule)
          << "]: " << printable(message);
      if (finding.waiver) out << ", " << told(*finding.waiver, report.sources);
      out << "\n";
      continue;
    }
    Issue issue(name_of(finding.level));
    if (finding.at.file < report.workspace.files.size()) {
      issue.property("sourcepath", paths.of(finding.at.file));
      issue.property("linenumber", where.begin.line);
      issue.property("columnnumber", where.begin.column);
    }
    issue.property("code", finding.rule);
    for (const std::string& line : advice(finding, report.sources)) message += "\n" + line;
    for (const Note& note : finding.notes) message += "\nnote: " + told(note, report.sources);
    out << std::move(issue).with(message);
  }
}

}  // namespace mesh::report
