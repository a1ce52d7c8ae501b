#include "core/workspace/ignore.hpp"

#include "tests/unit/workspace/sample.hpp"

#include <cstdio>
#include <set>

using namespace mesh;
using namespace mesh::workspace;

namespace {

struct Row {
  const char* patterns;
  const char* path;  // ends in `/` for a folder
  bool ignored;
};

// What git says of each row is checked below.
const Row kRows[] = {
    {"a.yaml", "a.yaml", true},
    {"a.yaml", "x/a.yaml", true},
    {"/a.yaml", "x/a.yaml", false},
    {"/a.yaml", "a.yaml", true},
    {"x/a.yaml", "y/x/a.yaml", false},
    {"x/a.yaml", "x/a.yaml", true},
    {"**/x/a.yaml", "y/x/a.yaml", true},
    {"**/x/a.yaml", "x/a.yaml", true},
    {"*.yaml", "deep/er/a.yaml", true},
    {"*.yaml\n!keep.yaml", "keep.yaml", false},
    {"!keep.yaml\n*.yaml", "keep.yaml", true},
    {"build/", "build/", true},
    {"build/", "build", false},
    {"build/", "x/build/", true},
    {"/build/", "x/build/", false},
    {"a/**/b", "a/b", true},
    {"a/**/b", "a/x/y/b", true},
    {"a/**", "a/x/y", true},
    {"a/**", "a/", false},
    {"a/*", "a/x", true},
    {"a/*/c", "a/b/b/c", false},
    {"**", "x", true},
    {"a**b", "axxb", true},
    {"d/a**b", "d/ax/b", false},
    {"?.yaml", "a.yaml", true},
    {"?.yaml", "ab.yaml", false},
    {"[a-c].yaml", "b.yaml", true},
    {"[!a-c].yaml", "b.yaml", false},
    {"[^a-c].yaml", "x.yaml", true},
    {"[[:digit:]].yaml", "7.yaml", true},
    {"[[:digit:]].yaml", "x.yaml", false},
    {"[]-].yaml", "].yaml", true},
    {"[]-].yaml", "-.yaml", true},
    {"[a.yaml", "[a.yaml", false},
    {"{a,b}.yaml", "a.yaml", false},
    {"{a,b}.yaml", "{a,b}.yaml", true},
    {"\\#a.yaml", "#a.yaml", true},
    {"#a.yaml", "#a.yaml", false},
    {"\\!a.yaml", "!a.yaml", true},
    {"a\\*.yaml", "a*.yaml", true},
    {"a\\*.yaml", "ab.yaml", false},
    {"a.yaml   ", "a.yaml", true},
    {"a.yaml\\ ", "a.yaml ", true},
    {"a.yaml\\\\ ", "a.yaml\\", true},
    {"a.yaml\r\nb.yaml\r\n", "a.yaml", true},
    {"\xEF\xBB\xBF"
     "a.yaml",
     "a.yaml", true},
    {"a.yaml\r", "a.yaml", true},
    {"a**/b", "ax/y/b", true},
    {"x/***/b", "x/y/z/b", true},
    {"[c-a].yaml", "c.yaml", true},
    {"[c-a].yaml", "b.yaml", false},
    {"\n\n  \n", "a.yaml", false},
    {"/", "a/", false},
    {"!", "a", false},
    {"x/", "x/y", true},
    {"doc/*.txt", "doc/x/a.txt", false},
    {"*/", "a/", true},
    {"a/", "b/a/c", true},
    {"a.yaml\\", "a.yaml", false},
    {"a?b", "a/b", false},
    {"a[/]b", "a/b", false},
    {"**/", "a/", true},
    {"**foo", "x/barfoo", true},
    {"\xc3\xa4*.yaml", "\xc3\xa4\xc3\xb6.yaml", true},
};

// As a walk does: a folder that is ignored takes all below it along.
bool ignored_by(const Row& row) {
  IgnoreStack stack;
  stack.push(IgnoreFile("", row.patterns));
  const std::string_view path = row.path;
  for (size_t slash = path.find('/'); slash + 1 < path.size() && slash != path.npos;
       slash = path.find('/', slash + 1))
    if (stack.ignores(path.substr(0, slash), true)) return true;
  const bool is_folder = path.ends_with('/');
  return stack.ignores(path.substr(0, path.size() - (is_folder ? 1 : 0)), is_folder);
}

// The output of a command; none when it cannot run.
std::optional<std::string> output_of(const std::string& command) {
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string text;
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
  if (::pclose(pipe) != 0 && text.empty()) return std::nullopt;
  return text;
}

}  // namespace

TEST_CASE("ignore patterns mean what git's documentation says") {
  for (const Row& row : kRows) {
    CAPTURE(std::string(row.patterns));
    CAPTURE(std::string(row.path));
    CHECK(ignored_by(row) == row.ignored);
  }
}

TEST_CASE("git itself agrees on every ignore pattern") {
  if (!output_of("git --version")) {
    MESSAGE("skipped: there is no git");
    return;
  }
  for (const Row& row : kRows) {
    const test::Sample sample;
    sample.write(".gitignore", row.patterns);
    std::string path = row.path;
    const bool is_folder = path.ends_with('/');
    if (is_folder) path.pop_back();
    sample.write(is_folder ? path + "/.made" : path, "");
    sample.write(".asked", path + '\0');
    const auto answer = output_of(
        "cd '" + sample.path() +
        "' && git init -q . 2>/dev/null && git -c core.excludesFile= check-ignore -z --stdin <.asked; true");
    REQUIRE(answer);
    CAPTURE(std::string(row.patterns));
    CAPTURE(std::string(row.path));
    CHECK(!answer->empty() == row.ignored);
  }
}

TEST_CASE("a deeper ignore file overrules the ones above, in its own folder only") {
  IgnoreStack stack;
  stack.push(IgnoreFile("", "*.yaml\n"));
  stack.push(IgnoreFile("a/", "!x.yaml\n/only.json\n"));
  CHECK_FALSE(stack.ignores("a/x.yaml", false));
  CHECK(stack.ignores("b/x.yaml", false));
  CHECK(stack.ignores("a/only.json", false));
  CHECK_FALSE(stack.ignores("only.json", false));
}

TEST_CASE("a pattern full of stars is matched in bounded time") {
  std::string pattern, path;
  for (int i = 0; i < 2000; ++i) pattern += "a*";
  for (int i = 0; i < 2000; ++i) path += "a";
  CHECK_FALSE(wildcard_match(pattern + "b", path + "c"));
  std::string folders;
  for (int i = 0; i < 500; ++i) folders += "**/a/";
  std::string deep;
  for (int i = 0; i < 800; ++i) deep += "a/";
  CHECK_FALSE(wildcard_match(folders + "b", deep + "c"));
}
