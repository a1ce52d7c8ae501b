#include "core/yaml/scan.hpp"

#include <doctest/doctest.h>

using mesh::yaml::Limits;

static size_t nodes_in(std::string_view text) { return mesh::yaml::scan(text, Limits{}).nodes; }

TEST_CASE("scan: a text goes on in the next line where the parser has it so") {
  CHECK(nodes_in("- z\n z\n") == 2);
  CHECK(nodes_in("- &a z\n z\n") ==
        3);  // the parser expects a key behind the anchor, so ` z` stands too far left
  CHECK(nodes_in("-\t&a z\n z\n") == 2);   // but not behind a tab
  CHECK(nodes_in("- &a z\n   z\n") == 2);  // deeper than that key would be
}
