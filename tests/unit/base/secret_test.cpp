#include "core/base/secret.hpp"

#include <doctest.h>

#include <sys/resource.h>

#include <sstream>
#include <string>
#include <utility>

using namespace mesh;

TEST_CASE("a secret is shown as stars and revealed by name only") {
  const Secret secret(std::string("s3cr3t"));
  std::ostringstream shown;
  shown << secret << Secret();
  CHECK(shown.str() == "******");
  CHECK(secret.reveal() == "s3cr3t");
  CHECK_FALSE(secret.empty());
  CHECK(Secret().empty());
  static_assert(!std::is_convertible_v<Secret, std::string>);
  static_assert(!std::is_convertible_v<Secret, std::string_view>);
  static_assert(!std::is_convertible_v<std::string, Secret>);
}

TEST_CASE("secrets are copied, moved and compared") {
  Secret one(std::string("short")), two(std::string(100, 'x'));
  Secret copy = one;
  CHECK(copy == one);
  CHECK_FALSE(one == two);
  CHECK_FALSE(one == Secret(std::string("shorT")));
  Secret moved = std::move(copy);
  CHECK(moved == one);
  CHECK(copy.empty());  // NOLINT: it is wiped
  moved = two;
  CHECK(moved == two);
  moved = std::move(one);
  CHECK(moved.reveal() == "short");
}

TEST_CASE("wiping overwrites a string up to its capacity") {
  std::string text(100, 's');
  text.resize(50);
  const char* const bytes = text.data();
  wipe(text);
  CHECK(text.empty());
  REQUIRE(text.data() == bytes);
  CHECK(bytes[1] == '\0');
  CHECK(bytes[49] == '\0');
}

TEST_CASE("a process with a secret leaves no core") {
  const Secret secret(std::string("s3cr3t"));
  struct rlimit limit {};
  REQUIRE(::getrlimit(RLIMIT_CORE, &limit) == 0);
  CHECK(limit.rlim_cur == 0);
}
