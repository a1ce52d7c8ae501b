#include "core/report/text.hpp"

#include "core/base/strings.hpp"
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

class Writer {
 public:
  Writer(std::ostream& out, Sources& sources, const Style& style)
      : out_(out), sources_(sources), style_(style) {}

  void finding(const Finding& finding) {
    gutter_ = gutter_of(finding);
    header(name_of(finding.level), finding.rule, color_of(finding.level), finding.message);
    place(finding.at, finding.label, color_of(finding.level), '^');
    out_ << std::string(gutter_ + 1, ' ') << paint("=", kBlue) << " " << paint("help", kBold) << ": "
         << printable(help_of(finding)) << "\n";
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
    const Source* source = sources_.of(at.file);
    if (!source) {
      if (!label.empty()) out_ << margin << " " << paint("=", kBlue) << " " << printable(label) << "\n";
      return;
    }
    const size_t room = std::max<size_t>(style_.width, gutter_ + 43) - gutter_ - 3;
    const Snippet shown = snippet(*source, at.span, room, mark);
    const std::string number = std::to_string(shown.line);
    std::string text = shown.marks;
    if (shown.last_line > shown.line) text += " up to line " + std::to_string(shown.last_line);
    if (!label.empty()) text += (shown.last_line > shown.line ? ": " : " ") + printable(label);
    out_ << bar << "\n"
         << margin.substr(number.size()) << paint(number + " |", kBlue) << (shown.text.empty() ? "" : " ")
         << shown.text << "\n";
    const size_t first = text.find_first_not_of(' ');
    out_ << bar << " " << text.substr(0, first) << paint(text.substr(first), color) << "\n";
  }

  std::ostream& out_;
  Sources& sources_;
  const Style& style_;
  size_t gutter_ = 1;
};

}  // namespace

void write_text(std::ostream& out, const std::vector<Finding>& findings, Sources& sources,
                const Style& style) {
  Writer writer(out, sources, style);
  for (const Finding& finding : findings) {
    writer.finding(finding);
    out << "\n";
  }
}

void write_concise(std::ostream& out, const std::vector<Finding>& findings, Sources& sources,
                   const Style& style) {
  for (const Finding& finding : findings) {
    const Location where = sources.locate(finding.at);
    const std::string_view color = style.color ? color_of(finding.level) : "",
                           plain = style.color ? kPlain : "";
    out << printable(where.path) << ":" << where.begin.line << ":" << where.begin.column << ": " << color
        << name_of(finding.level) << "[" << printable(finding.rule) << "]" << plain << ": "
        << printable(finding.message) << "\n";
  }
}

}  // namespace mesh::report
