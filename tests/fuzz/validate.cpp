#include "core/report/report.hpp"
#include "core/rules/engine.hpp"
#include "tests/fuzz/check_tree.hpp"

#include <sstream>

// The whole way of one file, as a report shows it: every place is in the text, every format takes it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mesh;
  if (size == 0) return 0;
  const std::string name = data[0] == '{' ? "fuzz.json" : "fuzz.odcs.yaml";
  rules::Selection selection{{"*"}, {}, *parse_day("2026-06-01")};
  workspace::Options options;
  options.jobs = 1;
  options.limits.depth = 20;
  options.limits.nodes = 2'000;
  options.on_document = rules::document_hook(selection);
  workspace::Workspace workspace =
      workspace::load_text(name, std::string(reinterpret_cast<const char*>(data), size), options);
  const std::vector<Finding> findings = rules::run(workspace, selection, 1);
  for (const Finding& finding : findings) {
    fuzz::require(finding.at.span.begin <= finding.at.span.end && finding.at.span.end <= size,
                  "a finding is in the text");
    fuzz::require(!finding.message.empty() && finding.level != Level::off, "a finding says something");
    fuzz::require(rules::page(finding.rule).has_value(), "a finding has a page");
    for (const Note& note : finding.notes) fuzz::require(note.at.span.end <= size, "a note is in the text");
  }
  const report::Summary summary = report::summarize(findings, workspace);
  for (const std::string& format : report::names()) {
    std::ostringstream out;
    report::write(out, *report::format_named(format), findings, summary, workspace, {80, true});
  }
  return 0;
}
