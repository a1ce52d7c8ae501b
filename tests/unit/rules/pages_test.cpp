#include "cmd/changed.hpp"
#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "tests/unit/rules/checking.hpp"
#include "tests/unit/run_git.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <algorithm>

// The pages of the rules are their tests. A page is a title, `## Why`, `## Wrong` and `## Right`. The last
// two hold examples in fenced blocks: a single one is checked by itself, as a file given on the command line.
// Where an example needs several files, each block starts with the comment `# file: <path>` and they are
// checked as a folder. Blocks that start with `# base: <path>` are committed before the others are written,
// and the run looks at what changed since.
using namespace mesh;

namespace {

// Rules whose Wrong cannot be written as a text of this size.
const std::vector<std::string_view> kNoTextualWrong{"yaml/encoding", "yaml/limit", "yaml/control-character",
                                                    "yaml/empty", "yaml/unreadable"};

struct Example {
  std::vector<std::pair<std::string, std::string>> files;  // path, text
  std::vector<std::pair<std::string, std::string>> base = {};
  bool is_folder = false;
};

std::string_view section(std::string_view page, std::string_view title) {
  const size_t at = page.find("\n## " + std::string(title) + "\n");
  if (at == std::string_view::npos) return {};
  page.remove_prefix(at + 1);
  return page.substr(0, page.find("\n## "));
}

Example read_example(std::string_view text) {
  constexpr std::string_view kFile = "# file: ", kBase = "# base: ";
  Example example;
  std::string* block = nullptr;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with("```") && !block) {
      block = &example.files.emplace_back(line == "```json" ? "example.json" : "example.yaml", "").second;
    } else if (line == "```") {
      block = nullptr;
      if (example.files.back().second.starts_with(kBase)) {
        example.base.push_back(std::move(example.files.back()));
        example.files.pop_back();
      }
    } else if (block) {
      if (block->empty() && (line.starts_with(kFile) || line.starts_with(kBase))) {
        example.files.back().first = std::string(line.substr(kFile.size()));
        example.is_folder = true;
      }
      *block += std::string(line) + "\n";
    }
  }
  return example;
}

void write_all(const test::TempFolder& folder,
               const std::vector<std::pair<std::string, std::string>>& files) {
  for (const auto& [path, text] : files) {
    const std::string whole = folder / path;
    REQUIRE(make_folders(whole.substr(0, whole.rfind('/'))));
    REQUIRE(replace_file(whole, text));
  }
}

test::Checked check(const Example& example, const rules::Selection& selection) {
  const test::TempFolder folder;
  if (!example.base.empty()) {
    write_all(folder, example.base);
    test::run_git(folder.path(), "init -q .");
    test::run_git(folder.path(), "add -A");
    test::run_git(folder.path(), "commit -q -m base");
  }
  write_all(folder, example.files);
  const std::string path = example.is_folder ? folder.path() : folder / example.files.front().first;
  return test::check_paths({path}, selection, [&](const workspace::Options& options) {
    if (example.base.empty()) return workspace::load(options);
    auto run = cmd::ChangedRun::start(options, "HEAD");
    REQUIRE(run);
    return run->load(options);
  });
}

std::string told(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) text += std::string(finding.rule) + ": " + finding.message + "\n";
  return text;
}

}  // namespace

TEST_CASE("every rule has a page with a title, a reason and examples") {
  for (const rules::Listed& rule : rules::all_rules()) {
    CAPTURE(rule.id);
    const auto page = rules::page(rule.id);
    CHECK(page);
    if (!page) continue;
    CHECK(page->starts_with("# " + std::string(rule.summary) + "\n"));
    CHECK(section(*page, "Why").size() > 60);
    CHECK_FALSE(section(*page, "Wrong").empty());
    CHECK_FALSE(section(*page, "Right").empty());
  }
}

TEST_CASE("with a rule alone, the Wrong of its page raises it and the Right raises nothing") {
  for (const rules::Listed& rule : rules::all_rules()) {
    const auto page = rules::page(rule.id);
    if (!page) continue;
    CAPTURE(rule.id);
    // What a waiver is for must be found, so that it can be said of the waiver what it does.
    const bool needs_others = rule.id.starts_with("waiver/");
    const rules::Selection alone{
        needs_others ? std::vector<std::string>{} : std::vector{std::string(rule.id)}, {}};
    const auto is_it = [&](const Finding& finding) { return finding.rule == rule.id; };
    if (std::find(kNoTextualWrong.begin(), kNoTextualWrong.end(), rule.id) == kNoTextualWrong.end()) {
      const auto wrong = check(read_example(section(*page, "Wrong")), alone).findings;
      CHECK_MESSAGE(std::any_of(wrong.begin(), wrong.end(), is_it), told(wrong));
    }
    auto right = check(read_example(section(*page, "Right")), alone).findings;
    if (needs_others)
      std::erase_if(right, [](const Finding& finding) { return !finding.rule.starts_with("waiver/"); });
    CHECK_MESSAGE(right.empty(), told(right));
  }
}

TEST_CASE("what the pages call right has no error under any other rule") {
  for (const rules::Listed& rule : rules::all_rules()) {
    const auto page = rules::page(rule.id);
    if (!page) continue;
    CAPTURE(rule.id);
    auto findings = check(read_example(section(*page, "Right")), {}).findings;
    std::erase_if(findings,
                  [](const Finding& finding) { return finding.level != Level::error || finding.waiver; });
    CHECK_MESSAGE(findings.empty(), told(findings));
  }
}
