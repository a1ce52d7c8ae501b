#include "core/rules/engine.hpp"
#include "core/workspace/fixes.hpp"
#include "core/workspace/mend.hpp"
#include "tests/fuzz/check_tree.hpp"

namespace {

using namespace mesh;

size_t errors_of_reading(const std::vector<Finding>& findings) {
  size_t count = 0;
  for (const Finding& finding : findings)
    count += finding.level == Level::error && finding.rule.starts_with("yaml/");
  return count;
}

// The lines that no edit touches are there after it, in their order.
void check_kept(std::string_view before, const std::vector<const Fix*>& fixes, std::string_view after) {
  std::vector<Edit> edits;
  for (const Fix* const fix : fixes) edits.insert(edits.end(), fix->edits.begin(), fix->edits.end());
  size_t at = 0;
  for (size_t begin = 0; begin < before.size();) {
    const size_t end = std::min(before.find('\n', begin), before.size() - 1) + 1;
    bool is_touched = false;
    for (const Edit& edit : edits) is_touched |= edit.at.begin <= end && edit.at.end >= begin;
    const std::string_view line = before.substr(begin, end - begin);
    if (!is_touched) {
      const size_t found = after.find(line, at);
      fuzz::require(found != after.npos, "what no fix touches stays");
      at = found + line.size();
    }
    begin = end;
  }
}

}  // namespace

// All fixes, safe or not, of any text: what comes out can be read, and comes to rest.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string name = data[0] == '{' ? "fuzz.json" : "fuzz.odcs.yaml";
  std::string text(reinterpret_cast<const char*>(data), size);
  rules::Selection selection;
  selection.today = *parse_day("2026-06-01");
  workspace::Options options;
  options.jobs = 1;
  options.limits.depth = 20;
  options.limits.nodes = 2'000;
  options.on_document = rules::document_hook(selection);
  size_t errors = 0;
  constexpr int kRounds = 10;
  for (int round = 0;; ++round) {
    workspace::Workspace workspace = workspace::load_text(name, text, options);
    std::vector<Finding> findings = rules::run(workspace, selection, 1);
    if (round == 0) errors = errors_of_reading(findings);
    fuzz::require(errors_of_reading(findings) <= errors, "a fix breaks no text");
    std::vector<const Fix*> fixes;
    for (Finding& finding : findings) {
      workspace::fit_fix(text, finding.fix);
      if (finding.fix) fixes.push_back(&*finding.fix);
    }
    const workspace::Mended mended = workspace::mend(name, text, fixes, options.limits);
    check_kept(text, fixes, mended.text);
    if (mended.text == text) return 0;
    fuzz::require(round < kRounds, "fixes come to rest");
    text = mended.text;
  }
}
