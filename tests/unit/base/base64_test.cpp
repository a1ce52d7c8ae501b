#include "core/base/base64.hpp"

#include <doctest.h>

using namespace mesh;

TEST_CASE("base64: the vectors of RFC 4648, both ways") {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xff\xfe\xfd", "//79"},
  };
  for (const auto& [bytes, text] : vectors) {
    CHECK(base64(bytes) == text);
    CHECK(from_base64(text) == bytes);
  }
}

TEST_CASE("base64: every byte comes back, a zero too") {
  std::string rising, falling;
  for (int i = 0; i < 256; ++i) {
    rising += static_cast<char>(i);
    falling += static_cast<char>(255 - i);
    CHECK(from_base64(base64(rising)) == rising);
    CHECK(from_base64(base64(falling)) == falling);
  }
}

TEST_CASE("base64: bytes have one text, and no other is read") {
  for (const char* wrong : {"Z", "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zh==", "Zm9=", "Zm9v=", "Zm9vYg",
                            "Zm=v", "Z g=", " Zm9v", "Zm9v\n", "Zg==\n", "Zm-_", "Zg==Zg==",
                            "\xc3\xa9"
                            "aa"})
    CHECK_MESSAGE(!from_base64(wrong), wrong);
}
