#include "core/base/packed.hpp"

#include <doctest.h>

namespace mesh {

TEST_CASE("packed: every text comes back") {
  std::string all, long_one;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  for (int i = 0; i < 1000; ++i) long_one += "{\"logicalType\":\"string\"}";
  for (const std::string& text : {std::string(), std::string("a"), std::string(1, '\0'), all, long_one}) {
    const Packed packed(text);
    CHECK(packed.size() == text.size());
    CHECK(packed.empty() == text.empty());
    CHECK(packed.text() == text);
  }
  CHECK(sizeof(Packed) <= 40);
}

}  // namespace mesh
