#include "tests/unit/yaml/told.hpp"

#include <doctest.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

using namespace mesh;

namespace {

constexpr size_t kLargest = 10u << 20;

std::string repeated(std::string_view unit, size_t size = kLargest - 64) {
  std::string text;
  text.reserve(size);
  while (text.size() + unit.size() <= size) text += unit;
  return text;
}

std::string times(std::string_view unit, size_t count) { return repeated(unit, unit.size() * count); }

// Peak memory in MiB of reading a text in a process of its own; -1 when it crashed.
long memory_of(const std::string& text, const char* path) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    rusage before{}, after{};
    getrusage(RUSAGE_SELF, &before);
    told_of(text, Level::warning, path);
    getrusage(RUSAGE_SELF, &after);
    const long grown = (after.ru_maxrss - before.ru_maxrss) / 1024;
    _exit(write(ends[1], &grown, sizeof grown) == sizeof grown ? 0 : 1);
  }
  close(ends[1]);
  long grown = -1;
  if (read(ends[0], &grown, sizeof grown) != sizeof grown) grown = -1;
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? grown : -1;
}

}  // namespace

TEST_CASE("past a limit a text is refused where it passes it") {
  struct {
    std::string text, expected;
  } cases[] = {
      {repeated("["), "1:101"},
      {repeated("{a: "), "1:401"},
      {repeated("[a: "), "1:401"},
      {repeated("- "), "1:201"},
      {repeated("? "), "1:201"},
      {repeated(": "), "1:201"},
      {"[" + repeated("a, "), "1:1500000"},
      {"k: [" + repeated("a,"), "1:1000004"},
      {"[" + repeated(","), "1:500001"},
      {"[" + repeated(":,"), "1:666669"},
      {repeated("- a\n"), "1000000:3"},
      {repeated("-\n"), "1000001:1"},
      {repeated("a:\n"), "500001:1"},
      {repeated("--- a\n"), "10001:1"},
      {"a: &a 1\nb: [" + repeated("*a, "), "2:4005"},
      {repeated("a", kLargest + 1), "1:10485761"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text.substr(0, 20));
    CHECK(told_of(c.text) == c.expected + " yaml/limit\n");
  }
  std::string nested;
  for (size_t i = 0; i < 200; ++i) nested += std::string(i, ' ') + "a:\n";
  CHECK(told_of(nested) == "101:102 yaml/limit\n");
}

TEST_CASE("limits are reached, not passed, by what they allow") {
  CHECK(told_of(times("[", 100) + times("]", 100)).empty());
  CHECK(told_of(times("[", 101) + times("]", 101)) == "1:101 yaml/limit\n");
  CHECK(told_of(times("- ", 100) + "x\n").empty());
  CHECK(told_of("a: &a 1\nb: [" + times("*a, ", 1000) + "]\n").empty());
  CHECK(told_of("a: &a 1\nb: [" + times("*a, ", 1001) + "]\n") == "2:4005 yaml/limit\n");
  CHECK(told_of(times("[", 100) + times("]", 100), Level::note, "a.json").empty());
}

TEST_CASE("brackets, dashes and commas in texts and comments count for nothing") {
  const std::string marks = times("[[[[{{{{,,,,", 50'000);
  CHECK(told_of("a: '" + marks + "'\n").empty());
  CHECK(told_of("a: \"" + marks + "\"\n").empty());
  CHECK(told_of("a: x" + marks + "\n").empty());
  CHECK(told_of("a: 1\n# " + marks + "\n").empty());
  CHECK(told_of("a: 1 #" + marks + "\n").empty());
  CHECK(told_of("a: |\n" + times("  [[[[,,,,{{{{\n", 50'000)).empty());
  CHECK(told_of("- >-\n" + times("  - - - - [{\n", 50'000) + "- b\n").empty());
  CHECK(told_of("a: x\n" + times("  [,{ - ,\n", 80'000)).empty());
}

TEST_CASE("aliases are counted as what they expand to") {
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    const std::string before = "*" + std::string(1, static_cast<char>(c - 1));
    bomb += std::string(1, c) + ": &" + c + " [" + before;
    for (int i = 0; i < 8; ++i) bomb += "," + before;
    bomb += "]\n";
  }
  CHECK(told_of(bomb).starts_with("7:"));
  CHECK(told_of(bomb).ends_with(" yaml/limit\n"));
  std::string chain = "a0: &a0 [x]\n";
  for (int i = 1; i < 200; ++i)
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  CHECK(told_of(chain) == "100:12 yaml/limit\n");
}

TEST_CASE("JSON has the same limits") {
  CHECK(told_of(repeated("["), Level::note, "a.json") == "1:101 yaml/limit\n");
  CHECK(told_of(repeated("{\"a\":"), Level::note, "a.json") == "1:501 yaml/limit\n");
  CHECK(told_of("[" + repeated("1,"), Level::note, "a.json") == "1:2000001 yaml/limit\n");
  CHECK(told_of("[\"" + repeated("[,{:") + "\"]", Level::note, "a.json").empty());
}

TEST_CASE("documents that the parser would find for ever are refused") {
  // The first needs the NUL bytes; what else brings the parser there lies in tests/fuzz/corpus.
  CHECK(told_of(std::string("&a1\0\0\0*,*\x16v", 11)) == "1:4 yaml/control-character\n");
  CHECK(told_of("&a1*,*v") != "");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a refusal takes less than 64 MiB") {
  for (const char* unit : {"[", "{a: ", "- ", "a, ", "-\n", "- a\n", "%A a a a", "*a ", "\xff"}) {
    CAPTURE(unit);
    const long grown = memory_of((*unit == 'a' ? "[" : "") + repeated(unit), "a.yaml");
    CHECK(grown >= 0);
    CHECK(grown < 64);
  }
  const long grown = memory_of("[" + repeated("1,"), "a.json");
  CHECK(grown >= 0);
  CHECK(grown < 64);
}
#endif
