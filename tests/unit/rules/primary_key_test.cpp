#include "core/rules/primary_key.hpp"

#include "tests/unit/rules/document.hpp"

using namespace mesh;

static std::string gaps(std::initializer_list<int64_t> positions, size_t unnumbered = 0) {
  std::string text =
      "apiVersion: v3.1.0\nkind: DataContract\nid: c\nversion: 1.0.0\nstatus: active\nschema:\n- name: "
      "orders\n  properties:\n";
  for (const int64_t position : positions)
    text += "  - {name: p" + std::to_string(text.size()) +
            ", primaryKey: true, primaryKeyPosition: " + std::to_string(position) + "}\n";
  for (size_t i = 0; i < unnumbered; ++i)
    text += "  - {name: q" + std::to_string(i) + ", primaryKey: true}\n";
  return test::told("contract/pk-position-gap", text);
}

TEST_CASE("positions of a primary key have no gap") {
  CHECK(gaps({1, 2, 3}) == "");
  CHECK(gaps({3, 1, 2}) == "");
  CHECK(gaps({-1, -1}) == "");
  CHECK(gaps({}) == "");
  CHECK(gaps({1, 1}) == "");
  CHECK(gaps({2}, 1) == "");
  CHECK(gaps({2}) == "9:56 the primary key of `orders` has a position 2 but no position 1\n");
  CHECK(gaps({1, 3}) == "10:56 the primary key of `orders` has a position 3 but no position 2\n");
  CHECK(gaps({1, 4}, 1) == "10:56 the primary key of `orders` has a position 4 but no position 2\n");
  CHECK(gaps({0, 1}) == "9:56 the primary key of `orders` has a position 0\n");
}
