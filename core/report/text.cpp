#include "core/report/formats.hpp"

#include "core/base/strings.hpp"
#include "core/report/facts.hpp"
#include "core/report/snippet.hpp"

#include <algorithm>
#include <ostream>

namespace mesh::report {
namespace {

constexpr std::string_view kBold = "\x1b[1m", kBlue = "\x1b[1;34m", kPlain = "\x1b[0m";

std::string_view color_of(Level level) {
  switch (level) {
    case Level::error:
      return "\x1b[1;31m";
    case Level::warning:
      return "\x1b[1;33m";
    default:
      return "\x1b[1;36m";
  }
}

constexpr std::string_view kWaived = "waived";

// What stands where the level stands.
std::string_view name_of(const Finding& finding) {
  return finding.waiver ? kWaived : mesh::name_of(finding.level);
}
std::string_view color_of(const Finding& finding) {
  return color_of(finding.waiver ? Level::note : finding.level);
}

class Writer {
 public:
  Writer(std::ostream& out, Sources& sources, const Style& style)
      : out_(out), sources_(sources), style_(style) {}

  void finding(const Finding& finding) {
    gutter_ = gutter_of(finding);
    header(name_of(finding), finding.rule, color_of(finding), finding.message);
    place(finding.at, finding.label, color_of(finding), '^');
    if (finding.waiver) aside("waived", told(*finding.waiver, sources_));
    if (finding.fix && finding.fix->safe)
      aside("fix", printable(finding.fix->title) + ", `--fix` does it");
    else if (finding.fix && finding.label.empty())
      aside("help", printable(finding.fix->title));
    aside("help", printable(help_of(finding)));
    for (const Note& note : finding.notes) {
      header("note", {}, color_of(Level::note), note.message);
      place(note.at, {}, color_of(Level::note), '-');
    }
  }

 private:
  std::string paint(std::string_view text, std::string_view color) const {
    if (!style_.color) return std::string(text);
    return std::string(color) + std::string(text) + std::string(kPlain);
  }

  void header(std::string_view level, std::string_view rule, std::string_view color,
              std::string_view message) {
    const std::string name =
        rule.empty() ? std::string(level) : std::string(level) + "[" + printable(rule) + "]";
    out_ << paint(name, color) << paint(": " + printable(message), kBold) << "\n";
  }

  void aside(std::string_view name, std::string_view text) {
    out_ << std::string(gutter_ + 1, ' ') << paint("=", kBlue) << " " << paint(name, kBold) << ": " << text
         << "\n";
  }

  // Columns of the widest line number that this finding shows.
  size_t gutter_of(const Finding& finding) {
    uint32_t line = sources_.locate(finding.at).begin.line;
    for (const Note& note : finding.notes) line = std::max(line, sources_.locate(note.at).begin.line);
    return std::to_string(line).size();
  }

  void place(const Place& at, std::string_view label, std::string_view color, char mark) {
    const Location where = sources_.locate(at);
    const std::string margin(gutter_, ' ');
    const std::string bar = margin + " " + paint("|", kBlue);
    out_ << margin << paint("-->", kBlue) << " " << printable(where.path) << ":" << where.begin.line << ":"
         << where.begin.column << "\n";
    const auto line = sources_.line(at.file, where.begin.line);
    if (!line) {
      if (!label.empty()) out_ << margin << " " << paint("=", kBlue) << " " << printable(label) << "\n";
      return;
    }
    const std::string number = std::to_string(where.begin.line);
    const Snippet shown = shown_line(*line, at, where, mark);
    const bool goes_on = where.end.line > where.begin.line;
    std::string text = shown.marks;
    if (goes_on) text += " up to line " + std::to_string(where.end.line);
    if (!label.empty()) text += (goes_on ? ": " : " ") + printable(label);
    out_ << bar << "\n"
         << margin.substr(number.size()) << paint(number + " |", kBlue) << (shown.text.empty() ? "" : " ")
         << shown.text << "\n";
    const size_t first = text.find_first_not_of(' ');
    out_ << bar << " " << text.substr(0, first) << paint(text.substr(first), color) << "\n";
  }

  Snippet shown_line(std::string_view line, const Place& at, const Location& where, char mark) {
    const uint32_t start = sources_.line_begin(at.file, where.begin.line);
    const size_t begin = std::max(at.span.begin, start) - start;
    const size_t end = where.end.line > where.begin.line ? line.size() : std::max(at.span.end, start) - start;
    return snippet(line, begin, end, std::max<size_t>(style_.width, gutter_ + 43) - gutter_ - 3, mark);
  }

  std::ostream& out_;
  Sources& sources_;
  const Style& style_;
  size_t gutter_ = 1;
};

}  // namespace

void write_text(std::ostream& out, const Report& report) {
  Writer writer(out, report.sources, report.style);
  for (const Finding& finding : report.findings) {
    writer.finding(finding);
    out << "\n";
  }
}

void write_concise(std::ostream& out, const Report& report) {
  for (const Finding& finding : report.findings) {
    const Location where = report.sources.locate(finding.at);
    const std::string_view color = report.style.color ? color_of(finding) : "",
                           plain = report.style.color ? kPlain : "";
    out << leading_path(where.path) << ":" << where.begin.line << ":" << where.begin.column << ": " << color
        << name_of(finding) << "[" << printable(finding.rule) << "]" << plain << ": "
        << printable(finding.message);
    if (finding.waiver && !finding.waiver->until.empty())
      out << ", until " << printable(finding.waiver->until);
    out << "\n";
  }
}

}  // namespace mesh::report
