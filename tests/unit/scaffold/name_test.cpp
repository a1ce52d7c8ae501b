#include "core/scaffold/name.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::scaffold;

TEST_CASE("scaffold: a name has lower-case letters, digits and single dashes between them") {
  for (const char* good : {"a", "7", "orders", "orders-eu", "a-1-b"}) CHECK_MESSAGE(is_name(good), good);
  for (const char* bad : {"", "-", "-a", "a-", "a--b", "A", "a_b", "a.b", "a/b", "a b", "ä", "a\n", ".."})
    CHECK_MESSAGE(!is_name(bad), bad);
  CHECK(is_name(std::string(63, 'a')));
  CHECK_FALSE(is_name(std::string(64, 'a')));
}

TEST_CASE("scaffold: a text that is no name suggests the nearest one") {
  CHECK(slug("Orders EU") == "orders-eu");
  CHECK(slug("  --Été 2024!") == "t-2024");
  CHECK(slug("日本") == "");
  CHECK(slug(std::string(70, 'a') + "-") == std::string(63, 'a'));
  const auto refused = check_name("domain", "Orders EU");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().fault == Fault::usage);
  CHECK(refused.error().message == "`Orders EU` cannot name a domain");
  CHECK(refused.error().help.starts_with("did you mean `orders-eu`?"));
  CHECK(check_name("product", "\x1b[31m").error().message.find('\x1b') == std::string::npos);
}

TEST_CASE("scaffold: names that mean something in a store cannot name a product or a domain") {
  for (const char* reserved : {"mesh", "index", "listing"}) {
    CHECK_FALSE(check_name("product", reserved));
    CHECK_FALSE(check_name("domain", reserved));
    CHECK(check_name("mesh", reserved));
  }
  CHECK(check_name("product", "Index").error().help.find("did you mean") == std::string::npos);
}

TEST_CASE("scaffold: an address fits into a mailto URL") {
  for (const char* good : {"a@b", "sales-data@example.com", "o'neil+x@mail.example"})
    CHECK_MESSAGE(check_email(good), good);
  for (const char* bad :
       {"", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b?subject=x", "a@b#x", "a@b\nc", "a%20@b"})
    CHECK_MESSAGE(!check_email(bad), bad);
}
