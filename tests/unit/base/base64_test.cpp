#include "core/base/base64.hpp"

#include <doctest.h>

using namespace mesh;

TEST_CASE("base64: the vectors of RFC 4648") {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [bytes, text] : vectors) {
    CHECK(base64(bytes) == text);
    CHECK(from_base64(text) == bytes);
  }
}

TEST_CASE("base64: every byte comes back") {
  std::string all;
  for (int i = 0; i < 256; ++i) {
    all += static_cast<char>(i);
    CHECK(from_base64(base64(all)) == all);
  }
}

TEST_CASE("base64: bytes have one text, and no other is read") {
  for (const char* wrong :
       {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z g=", "Zg==\n", "====", "=", "Zm9v=", "Zm-_", "Zg==Zg=="})
    CHECK_MESSAGE(!from_base64(wrong), wrong);
}
