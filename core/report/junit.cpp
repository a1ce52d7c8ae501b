#include "core/base/strings.hpp"
#include "core/report/facts.hpp"
#include "core/report/formats.hpp"
#include "core/report/xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <span>

// JUnit XML as Jenkins and Maven Surefire know it: one test for each manifest. Findings that fail the run are
// its failure, one element because most readers see no second; milder and waived ones are its output.
namespace mesh::report {
namespace {

using Findings = std::span<const Finding>;

class Writer {
 public:
  Writer(std::ostream& out, const Report& report) : out_(out), report_(report) {}

  void write() {
    const std::vector<Test> tests = tests_of_report();
    const bool failed = !report_.failure.empty();
    const size_t failures =
        static_cast<size_t>(std::ranges::count_if(tests, [&](const Test& test) { return fails(test); }));
    for (const char* const element : {"testsuites", "testsuite"})
      xml_.begin(element)
          .attribute("name", "mesh validate")
          .attribute("tests", tests.size() + failed)
          .attribute("failures", failures)
          .attribute("errors", failed);
    for (const Test& test : tests) {
      write_test(test);
      out_ << xml_.drain();
    }
    if (failed) {
      xml_.begin("testcase").attribute("name", "mesh validate").attribute("classname", "mesh validate");
      xml_.begin("error").attribute("message", report_.failure).end().end();
    }
    xml_.end().end();
    out_ << xml_.drain();
  }

 private:
  struct Test {
    std::string name;
    Findings findings;
  };

  // The manifests that were checked, in order, and whatever else has findings.
  std::vector<Test> tests_of_report() const {
    std::vector<Test> tests;
    const auto& files = report_.workspace.files;
    Findings rest(report_.findings);
    const auto take = [&](FileId file) {
      const auto end =
          std::ranges::find_if(rest, [&](const Finding& finding) { return finding.at.file != file; });
      const auto count = static_cast<size_t>(end - rest.begin());
      const Findings own = rest.first(count);
      rest = rest.subspan(count);
      return own;
    };
    for (FileId file = 0; file < files.size(); ++file) {
      const Findings own = take(file);
      if (!own.empty() || (files[file].reported && files[file].is_manifest))
        tests.push_back({files[file].path, own});
    }
    if (!rest.empty()) tests.push_back({"mesh", rest});
    return tests;
  }

  bool fails(const Finding& finding) const {
    const Level from = report_.style.fails_from;
    return !finding.waiver && from != Level::off && finding.level >= from;
  }
  bool fails(const Test& test) const {
    return std::ranges::any_of(test.findings, [&](const Finding& finding) { return fails(finding); });
  }

  void write_test(const Test& test) {
    xml_.begin("testcase").attribute("name", test.name).attribute("classname", "mesh validate");
    const Finding* first = nullptr;
    size_t more = 0;
    std::string failure, output;
    for (const Finding& finding : test.findings) {
      (fails(finding) ? failure : output) += lines_of(finding);
      if (!fails(finding)) continue;
      more += first != nullptr;
      if (!first) first = &finding;
    }
    if (first) {
      xml_.begin("failure").attribute("type", first->rule);
      xml_.attribute("message",
                     more == 0 ? first->message : fmt::format("{} (and {} more)", first->message, more));
      xml_.text(failure).end();
    }
    if (!output.empty()) xml_.begin("system-out").text(output).end();
    xml_.end();
  }

  std::string lines_of(const Finding& finding) {
    const Location where = report_.sources.locate(finding.at);
    std::string lines = fmt::format("{}:{}:{}-{}:{}: {}[{}]: {}\n", leading_path(where.path),
                                    where.begin.line, where.begin.column, where.end.line, where.end.column,
                                    finding.waiver ? "waived" : name_of(finding.level),
                                    printable(finding.rule), printable(finding.message));
    for (const std::string& line : advice(finding, report_.sources)) lines += "  = " + line + "\n";
    for (const Note& note : finding.notes) lines += "  = note: " + told(note, report_.sources) + "\n";
    return lines;
  }

  std::ostream& out_;
  const Report& report_;
  XmlWriter xml_;
};

}  // namespace

void write_junit(std::ostream& out, const Report& report) { Writer(out, report).write(); }

}  // namespace mesh::report
