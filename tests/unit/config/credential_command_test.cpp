#include "core/config/credential_command.hpp"

#include "core/config/words.hpp"

#include <doctest.h>

using namespace mesh;
using Words = std::vector<std::string>;

TEST_CASE("words: quotes and backslashes are a shell's, and nothing else is") {
  CHECK(*config::split_words("a  b\tc") == Words{"a", "b", "c"});
  CHECK(*config::split_words(R"('a b' "c d" e\ f)") == Words{"a b", "c d", "e f"});
  CHECK(*config::split_words(R"("a\"b\\c\d" 'e\f')") == Words{R"(a"b\c\d)", R"(e\f)"});
  CHECK(*config::split_words(R"($HOME `x` ; | > a*)") == Words{"$HOME", "`x`", ";", "|", ">", "a*"});
  CHECK(*config::split_words(R"('' "")") == Words{"", ""});
  CHECK(config::split_words("")->empty());
  CHECK_FALSE(config::split_words("'a"));
  CHECK_FALSE(config::split_words("\"a"));
  CHECK_FALSE(config::split_words("a\\"));
}

TEST_CASE("credential command: what it prints, without a shell between") {
  const auto printed = config::output_of({{"printf", "%s", "$HOME; 'x'"}});
  REQUIRE(printed);
  CHECK(*printed == "$HOME; 'x'");
}

TEST_CASE("credential command: one that fails or is not there says so, without its words") {
  const auto failed = config::output_of({{"sh", "-c", "echo hunter2; echo hunter2 >&2; exit 7"}});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().fault == Fault::usage);
  CHECK(failed.error().message == "the command `sh` for credentials ended with code 7");
  const auto killed = config::output_of({{"sh", "-c", "kill -9 $$"}});
  CHECK(killed.error().message == "the command `sh` for credentials was ended by signal 9");
  const auto missing = config::output_of({{"/nowhere/lend"}});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().fault == Fault::usage);
  CHECK(config::output_of({}).error().fault == Fault::usage);
}

TEST_CASE("credential command: one that hangs is ended, with all that it started") {
  const auto begun = std::chrono::steady_clock::now();
  const auto hung = config::output_of({{"sh", "-c", "sleep 60 & sleep 60"}, std::chrono::milliseconds(300)});
  REQUIRE_FALSE(hung);
  CHECK(hung.error().fault == Fault::usage);  // not to be tried again for minutes
  // One that closes its output and stays is one that hangs too.
  CHECK_FALSE(config::output_of({{"sh", "-c", "exec >&-; sleep 60"}, std::chrono::milliseconds(300)}));
  bool asked = false;
  CHECK_FALSE(config::output_of(
      {{"sleep", "60"}, std::chrono::seconds(60), [&] { return std::exchange(asked, true); }}));
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));
}

TEST_CASE("credential command: one that prints without end is ended") {
  const auto printed = config::output_of({{"yes"}});
  REQUIRE_FALSE(printed);
  CHECK(printed.error().fault == Fault::corrupt);
}
