#include "tests/unit/rules/facts.hpp"

#include <doctest.h>

using namespace mesh;

namespace {

// What the rule finds, one a line: "level key: message | fix".
std::string found(test::Facts& facts) {
  std::string text;
  for (const Finding& finding : facts.find("version/not-bumped")) {
    text += std::string(name_of(finding.level)) + " " + facts.workspace.files[finding.at.file].key + ": " +
            finding.message + " | " + (finding.fix ? finding.fix->title : "no fix") + "\n";
  }
  return text;
}

struct Compared : test::Facts {
  Compared() { workspace.base.emplace().revision = "main"; }
  workspace::Earlier& contract_changed(uint32_t index, std::string version = "1.0.0",
                                       std::string status = "active") {
    return workspace.base->contracts.emplace_back(
        workspace::Earlier{index, std::move(version), std::move(status), false, {}});
  }
  void product_changed(uint32_t index, std::vector<std::string> files) {
    workspace.base->products.push_back({index, "1.0.0", "active", false, std::move(files)});
  }
};

std::string fix_for(const std::string& version) {
  Compared facts;
  facts.contract("a", version);
  facts.contract_changed(0, version);
  const auto findings = facts.find("version/not-bumped");
  if (findings.size() != 1 || !findings[0].fix) return "";
  CHECK(findings[0].fix->safe);
  return findings[0].fix->edits[0].text;
}

}  // namespace

TEST_CASE("version/not-bumped: a contract that changed under its version is found, with the next one") {
  Compared facts;
  facts.contract("a", "1.0.0");
  facts.contract("b", "1.1.0");
  facts.contract_changed(0);
  facts.contract_changed(1);
  CHECK(found(facts) ==
        "error a.odcs.yaml: contract `a` changed since `main`, and its version is still `1.0.0` | write "
        "`1.0.1` for "
        "`1.0.0`\n");
}

TEST_CASE("version/not-bumped: nothing is found without a base") {
  test::Facts facts;
  facts.contract("a", "1.0.0");
  CHECK(found(facts) == "");
}

TEST_CASE("version/not-bumped: what is or was a draft, has no version or a variable for one may change") {
  Compared facts;
  facts.contract("now", "1.0.0").status = facts.text("draft");
  facts.contract("before", "1.0.0").status = facts.text("active");
  facts.contract("none", "").version = {};
  facts.contract("variable", "${VERSION}");
  facts.contract_changed(0);
  facts.contract_changed(1, "1.0.0", "proposed");
  facts.contract_changed(2, "");
  facts.contract_changed(3, "${VERSION}");
  CHECK(found(facts) == "");
}

TEST_CASE("version/not-bumped: comments of a contract count where it is published") {
  Compared facts;
  facts.contract("a", "1.0.0");
  facts.contract_changed(0).same_meaning = true;
  CHECK(found(facts) == "");
  facts.product("p", {}, {"a"}).version = facts.text("1.0.0");
  CHECK(found(facts).starts_with("error a.odcs.yaml: contract `a` changed"));
  facts.workspace.products[0].status = facts.text("draft");
  CHECK(found(facts) == "");
}

TEST_CASE("version/not-bumped: a product tells the files of its release that changed") {
  Compared facts;
  facts.product("p", {}, {}).version = facts.text("v2.0.0");
  facts.product_changed(0, {"p/README.md"});
  CHECK(found(facts) ==
        "error p/product.odps.yaml: `p/README.md` changed since `main`, and the version of product `p` is "
        "still "
        "`v2.0.0` | write `v2.0.1` for `v2.0.0`\n");
  facts.workspace.base->products[0].files = {"a", "b"};
  CHECK(found(facts).find("`a` and `b` changed") != std::string::npos);
  facts.workspace.base->products[0].files = {"a", "b", "c"};
  CHECK(found(facts).find("`a` and 2 other files changed") != std::string::npos);
}

TEST_CASE(
    "version/not-bumped: ports and their products go with the contract where its very version is asked for") {
  Compared facts;
  facts.contract("a", "1.0.0");
  facts.contract_changed(0);
  model::Product& reader = facts.product("reader", {}, {});
  reader.version = facts.text("3.0.0");
  reader.inputs.push_back(facts.port("a", "1.0.0"));
  const std::string all = found(facts);
  CHECK(all.find(
            "note reader/product.odps.yaml: a port names version `1.0.0` of contract `a`, which is to rise | "
            "write `1.0.1` for `1.0.0`\n") != std::string::npos);
  CHECK(
      all.find(
          "note reader/product.odps.yaml: product `reader` changes with the version of contract `a`, and so "
          "does its own | write `3.0.1` for `3.0.0`\n") != std::string::npos);
  facts.workspace.mesh.contract_versions = model::Mesh::Match::major;
  CHECK(found(facts).find("note") == std::string::npos);
}

TEST_CASE("version/not-bumped: the fix knows every form of a version") {
  CHECK(fix_for("1.0.0") == "1.0.1");
  CHECK(fix_for("v1.0.9") == "v1.0.10");
  CHECK(fix_for("1.0.0+build.5") == "1.0.1");
  CHECK(fix_for("1.0.0-rc.1") == "1.0.0-rc.2");
  CHECK(fix_for("1.0.0-rc1") == "1.0.0-rc2");
  CHECK(fix_for("1.0.0-rc9") == "1.0.0-rc9.1");
  CHECK(fix_for("1.0.0-beta") == "1.0.0-beta.1");
  CHECK(fix_for("1.0.0-9") == "1.0.0-10");
  CHECK(fix_for("2024-05") == "");
}
