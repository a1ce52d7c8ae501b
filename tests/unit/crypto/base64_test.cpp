#include "core/crypto/base64.hpp"

#include <doctest.h>

using mesh::crypto::base64;
using mesh::crypto::base64_decoded;

TEST_CASE("base64: the examples of RFC 4648, both ways") {
  const std::pair<std::string_view, std::string_view> all[] = {{"", ""},
                                                               {"f", "Zg=="},
                                                               {"fo", "Zm8="},
                                                               {"foo", "Zm9v"},
                                                               {"foob", "Zm9vYg=="},
                                                               {"fooba", "Zm9vYmE="},
                                                               {"foobar", "Zm9vYmFy"},
                                                               {"\xff\xfe\xfd", "//79"}};
  for (const auto& [bytes, text] : all) {
    CHECK(base64(bytes) == text);
    CHECK(base64_decoded(text) == bytes);
  }
}

TEST_CASE("base64: every byte comes back, a zero too") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes += static_cast<char>(255 - i);
    CHECK(base64_decoded(base64(bytes)) == bytes);
  }
}

TEST_CASE("base64: what no encoder writes is refused") {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zm9v=", "Zm9vYg", "Zm=v",
                           "Zm9v\n", " Zm9v", "Zm-_", "Zh==", "Zm9=",
                           "\xc3\xa9"
                           "aa"}) {
    CAPTURE(text);
    CHECK_FALSE(base64_decoded(text));
  }
}
