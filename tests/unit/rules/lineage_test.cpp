#include "tests/unit/rules/facts.hpp"

#include <doctest.h>

using namespace mesh;
using test::Facts;

static std::string chain_name(size_t i) { return "p" + std::to_string(10000 + i); }

TEST_CASE("a cycle of two products is told once, at the first product's input, with a note at the other") {
  Facts facts;
  facts.product("a", {"cb"}, {"ca"});
  facts.product("b", {"ca"}, {"cb"});
  const auto found = facts.find("lineage/cycle");
  REQUIRE(found.size() == 1);
  CHECK(found[0].at == Place{0, facts.workspace.products[0].inputs[0].contract_id.at});
  CHECK(found[0].message == "products depend on each other: `a` needs `b`, which needs `a`");
  REQUIRE(found[0].notes.size() == 1);
  CHECK(found[0].notes[0].at == Place{1, facts.workspace.products[1].inputs[0].contract_id.at});
  CHECK(found[0].notes[0].message == "`b` needs contract `ca` of `a`");
}

TEST_CASE("two cycles that share a product are told apart") {
  Facts facts;
  facts.product("a", {"cb", "cc"}, {"ca"});
  facts.product("b", {"ca"}, {"cb"});
  facts.product("c", {"ca"}, {"cc"});
  const auto found = facts.find("lineage/cycle");
  REQUIRE(found.size() == 2);
  CHECK(found[0].message == "products depend on each other: `a` needs `b`, which needs `a`");
  CHECK(found[1].message == "products depend on each other: `a` needs `c`, which needs `a`");
}

TEST_CASE("a cycle that does not start at the first product is rotated to its own first") {
  Facts facts;
  facts.product("a", {"cd"}, {"ca"});
  facts.product("b", {"cc"}, {"cb"});
  facts.product("c", {"cd"}, {"cc"});
  facts.product("d", {"cb"}, {"cd"});
  const auto found = facts.find("lineage/cycle");
  REQUIRE(found.size() == 1);
  CHECK(found[0].at.file == 1);
  CHECK(found[0].message == "products depend on each other: `b` needs `c`, which needs `d`, which needs `b`");
}

TEST_CASE("chains, diamonds and products that read themselves are no cycle") {
  Facts facts;
  facts.product("a", {"ca"}, {"ca"});
  facts.product("b", {"ca"}, {"cb"});
  facts.product("c", {"ca"}, {"cc"});
  facts.product("d", {"cb", "cc", "elsewhere"}, {"cd"});
  CHECK(facts.find("lineage/cycle").empty());
  const auto self = facts.find("lineage/self-cycle");
  REQUIRE(self.size() == 1);
  CHECK(self[0].at == Place{0, facts.workspace.products[0].inputs[0].contract_id.at});
}

TEST_CASE("a cycle through thousands of products is told once") {
  Facts facts;
  constexpr size_t kLength = 5000;
  for (size_t i = 0; i < kLength; ++i)
    facts.product(chain_name(i), {chain_name((i + 1) % kLength)}, {chain_name(i)});
  const auto found = facts.find("lineage/cycle");
  REQUIRE(found.size() == 1);
  CHECK(found[0].notes.size() == kLength - 1);
  CHECK(found[0].message.size() < 500);
}

TEST_CASE("a tangle of products gives a bounded number of cycles") {
  Facts facts;
  constexpr size_t kSize = 60;
  for (size_t i = 0; i < kSize; ++i) {
    model::Product& product = facts.product(chain_name(i), {}, {chain_name(i)});
    for (size_t j = 0; j < kSize; ++j)
      if (j != i) product.inputs.push_back(facts.port(chain_name(j)));
  }
  const auto found = facts.find("lineage/cycle");
  CHECK(found.size() == 100);
}

TEST_CASE("a cycle is shown where the reported files take part in it") {
  Facts facts;
  facts.product("a", {"cb"}, {"ca"});
  facts.product("b", {"ca"}, {"cb"});
  facts.workspace.files[0].reported = false;
  const auto found = facts.find("lineage/cycle");
  REQUIRE(found.size() == 1);
  CHECK(found[0].at.file == 1);
}

TEST_CASE("two products that promise one version of a contract are told at the second") {
  Facts facts;
  facts.product("a", {}, {}).outputs.push_back(facts.port("c", "1.0.0"));
  facts.product("b", {}, {}).outputs.push_back(facts.port("c", "2.0.0"));
  CHECK(facts.find("lineage/two-producers").empty());
  facts.product("d", {}, {}).outputs.push_back(facts.port("c", "v1.0.0"));
  const auto found = facts.find("lineage/two-producers");
  REQUIRE(found.size() == 1);
  CHECK(found[0].at == Place{2, facts.workspace.products[2].outputs[0].contract_id.at});
  REQUIRE(found[0].notes.size() == 1);
  CHECK(found[0].notes[0].at.file == 0);
}

TEST_CASE("a port without version means the only version of its contract, or nothing certain") {
  Facts facts;
  facts.contract("c", "1.0.0");
  facts.product("a", {}, {"c"});
  facts.product("b", {}, {}).outputs.push_back(facts.port("c", "1.0.0"));
  CHECK(facts.find("lineage/two-producers").size() == 1);
  facts.contract("c", "2.0.0", "c2.odcs.yaml");
  CHECK(facts.find("lineage/two-producers").empty());
}
