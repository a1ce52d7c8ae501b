#include "core/report/formats.hpp"

#include "core/base/strings.hpp"
#include "core/report/facts.hpp"
#include "core/report/snippet.hpp"

#include <fmt/format.h>

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

// Findings as text; what is written reaches the stream in large pieces.
class Writer {
 public:
  Writer(std::ostream& out, Sources& sources, const Style& style)
      : out_(out), sources_(sources), style_(style) {}

  void finding(const Finding& finding) {
    const Location where = sources_.locate(finding.at);
    std::vector<Location> of_notes;
    of_notes.reserve(finding.notes.size());
    for (const Note& note : finding.notes) of_notes.push_back(sources_.locate(note.at));
    uint32_t line = where.begin.line;
    for (const Location& note : of_notes) line = std::max(line, note.begin.line);
    gutter_ = std::to_string(line).size();

    header(name_of(finding), finding.rule, color_of(finding), finding.message);
    place(finding.at, where, finding.label, color_of(finding), '^');
    if (finding.waiver) aside("waived", told(*finding.waiver, sources_));
    if (finding.fix && finding.fix->safe)
      aside("fix", printable(finding.fix->title) + ", `--fix` does it");
    else if (finding.fix && finding.label.empty())
      aside("help", printable(finding.fix->title));
    aside("help", printable(help_of(finding)));
    for (size_t i = 0; i < finding.notes.size(); ++i) {
      header("note", {}, color_of(Level::note), finding.notes[i].message);
      place(finding.notes[i].at, of_notes[i], {}, color_of(Level::note), '-');
    }
    text_ += "\n";
    constexpr size_t kLarge = 32768;
    if (text_.size() > kLarge) flush();
  }

  void flush() {
    out_ << text_;
    text_.clear();
  }

 private:
  void put(std::string_view text) { text_ += text; }
  void put(uint32_t number) {
    const fmt::format_int digits(number);
    text_.append(digits.data(), digits.size());
  }
  void begin(std::string_view color) {
    if (style_.color) text_ += color;
  }
  void end() {
    if (style_.color) text_ += kPlain;
  }
  void paint(std::string_view text, std::string_view color) {
    begin(color);
    put(text);
    end();
  }
  void margin(size_t columns) { text_.append(columns, ' '); }
  void bar() {
    margin(gutter_ + 1);
    paint("|", kBlue);
  }

  void header(std::string_view level, std::string_view rule, std::string_view color,
              std::string_view message) {
    begin(color);
    put(level);
    if (!rule.empty()) {
      put("[");
      append_printable(text_, rule);
      put("]");
    }
    end();
    begin(kBold);
    put(": ");
    append_printable(text_, message);
    end();
    put("\n");
  }

  void aside(std::string_view name, std::string_view text) {
    margin(gutter_ + 1);
    paint("=", kBlue);
    put(" ");
    paint(name, kBold);
    put(": ");
    put(text);
    put("\n");
  }

  void place(const Place& at, const Location& where, std::string_view label, std::string_view color,
             char mark) {
    margin(gutter_);
    paint("-->", kBlue);
    put(" ");
    append_printable(text_, where.path);
    put(":");
    put(where.begin.line);
    put(":");
    put(where.begin.column);
    put("\n");
    const auto line = sources_.line(at.file, where);
    if (!line) {
      if (!label.empty()) {
        margin(gutter_ + 1);
        paint("=", kBlue);
        put(" ");
        append_printable(text_, label);
        put("\n");
      }
      return;
    }
    bar();
    put("\n");
    const std::string number = std::to_string(where.begin.line);
    const Snippet shown = shown_line(*line, at, where, mark);
    margin(gutter_ - number.size());
    begin(kBlue);
    put(number);
    put(" |");
    end();
    if (!shown.text.empty()) put(" ");
    put(shown.text);
    put("\n");
    bar();
    put(" ");
    const size_t first = shown.marks.find_first_not_of(' ');
    margin(first);
    begin(color);
    put(std::string_view(shown.marks).substr(first));
    const bool goes_on = where.end.line > where.begin.line;
    if (goes_on) {
      put(" up to line ");
      put(where.end.line);
    }
    if (!label.empty()) {
      put(goes_on ? ": " : " ");
      append_printable(text_, label);
    }
    end();
    put("\n");
  }

  Snippet shown_line(std::string_view line, const Place& at, const Location& where, char mark) {
    const uint32_t start = where.line_begin;
    const size_t begin = std::max(at.span.begin, start) - start;
    const size_t end = where.end.line > where.begin.line ? line.size() : std::max(at.span.end, start) - start;
    return snippet(line, begin, end, std::max<size_t>(style_.width, gutter_ + 43) - gutter_ - 3, mark);
  }

  std::ostream& out_;
  Sources& sources_;
  const Style& style_;
  std::string text_;   // not yet written
  size_t gutter_ = 1;  // columns of the widest line number that a finding shows
};

}  // namespace

void write_text(std::ostream& out, const Report& report) {
  Writer writer(out, report.sources, report.style);
  for (const Finding& finding : report.findings) writer.finding(finding);
  writer.flush();
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
