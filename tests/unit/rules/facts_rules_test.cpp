#include "tests/unit/rules/facts.hpp"

#include <doctest.h>

using namespace mesh;
using test::Facts;

TEST_CASE("a version that lacks parts is told how to write it") {
  Facts facts;
  facts.contract("c", "1.2");
  const auto found = facts.find("version/not-semver");
  REQUIRE(found.size() == 1);
  CHECK(found[0].label == "write it as `1.2.0`");
  facts.workspace.contracts[0].version = facts.text("v1.2.0");
  CHECK(facts.find("version/not-semver").empty());
  facts.workspace.contracts[0].version = facts.text("${VERSION}");
  CHECK(facts.find("version/not-semver").empty());
}

TEST_CASE("one contract in several versions, and one port name in several versions, are no duplicates") {
  Facts facts;
  facts.contract("c", "1.0.0", "a.odcs.yaml");
  facts.contract("c", "2.0.0", "b.odcs.yaml");
  model::Product& product = facts.product("p", {}, {});
  product.outputs = {facts.port("c", "1.0.0"), facts.port("c", "2.0.0")};
  CHECK(facts.find("id/duplicate").empty());
  CHECK(facts.find("name/duplicate-port").empty());
  facts.contract("c", "v1.0.0", "c.odcs.yaml");
  product.outputs.push_back(facts.port("c", "v2.0.0"));
  const auto ids = facts.find("id/duplicate");
  REQUIRE(ids.size() == 1);
  CHECK(ids[0].at == Place{3, facts.workspace.contracts[2].id.at});
  CHECK(ids[0].notes[0].at == Place{0, facts.workspace.contracts[0].id.at});
  CHECK(facts.find("name/duplicate-port").size() == 1);
}

TEST_CASE("a domain's setting for a rule of the mesh that it may not loosen is told in its domain.yaml") {
  Facts facts;
  facts.workspace.domains.push_back({});
  facts.workspace.domains[0].name = "sales";
  facts.workspace.domains[0].file = facts.file("sales/domain.yaml");
  facts.workspace.domains[0].rules = {{"id/duplicate", Level::off, {10, 20}},
                                      {"lineage/two-producers", Level::error, {30, 40}},
                                      {"yaml/syntax", Level::note, {50, 60}},
                                      {"nmae/*", Level::error, {70, 80}}};
  const auto found = facts.find("governance/*");
  REQUIRE(found.size() == 3);
  CHECK(found[0].message == "domain `sales` may not loosen `id/duplicate` to off");
  CHECK(found[0].label == "`id/duplicate` is error in the mesh");
  CHECK(found[1].message == "domain `sales` may not loosen `yaml/syntax` to note");
  CHECK(found[2].message == "no rule matches `nmae/*`, so this sets nothing");
  CHECK(found[2].label == "did you mean `name/*`?");
  facts.workspace.mesh.overridable = {"id/*"};
  CHECK(facts.find("governance/not-overridable").size() == 1);
  facts.workspace.files[0].reported = false;
  CHECK(facts.find("governance/not-overridable").empty());
  const FileId checked = facts.contract("c", "1.0.0", "sales/c.odcs.yaml").file;
  facts.workspace.files[checked].domain = 0;
  CHECK(facts.find("governance/not-overridable").size() == 1);
}

TEST_CASE("what follows from a finding of the reader or the schema is not told again") {
  Facts facts;
  model::Contract& contract = facts.contract("c", "one");
  const auto refuse = [&](std::string_view rule, Span at) {
    facts.workspace.findings = Findings(contract.file);
    facts.workspace.findings.add(rule, Level::error, at, "x");
    return facts.find("version/*").size();
  };
  CHECK(refuse("schema/type", contract.id.at) == 1);
  CHECK(refuse("schema/type", contract.version.at) == 0);
  CHECK(refuse("yaml/duplicate-key", contract.id.at) == 0);
}

TEST_CASE("a file that cannot be read is an error whatever is asked for") {
  Facts facts;
  facts.contract("c", "1.0.0");
  facts.workspace.findings = Findings(0);
  facts.workspace.findings.add("yaml/syntax", Level::error, Span{1, 2}, "x");
  facts.workspace.findings.add("schema/type", Level::error, Span{3, 4}, "y");
  const auto found = facts.run({{"id/*"}, {{"yaml/syntax", Level::off, {}}}});
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "yaml/syntax");
  CHECK(found[0].level == Level::error);
}

TEST_CASE("findings do not depend on the number of threads, and files that are not reported have none") {
  Facts facts;
  for (int i = 0; i < 50; ++i) {
    model::Contract& contract = facts.contract("c" + std::to_string(i), "1");
    contract.objects = {facts.object("o", "", {}), facts.object("o", "", {})};
  }
  facts.workspace.files[7].reported = false;
  const auto one = facts.run({}, 1), four = facts.run({}, 4);
  REQUIRE(one.size() == 98);
  REQUIRE(four.size() == one.size());
  for (size_t i = 0; i < one.size(); ++i) {
    CHECK(one[i].message == four[i].message);
    CHECK(one[i].at == four[i].at);
    CHECK(one[i].at.file != 7);
  }
}

TEST_CASE("text of a manifest cannot steer a terminal, nor show a secret, through a message") {
  Facts facts;
  facts.contract("c", "1\x1b[2J");
  const auto found = facts.find("version/not-semver");
  REQUIRE(found.size() == 1);
  CHECK(found[0].message.find('\x1b') == std::string::npos);
  facts.workspace.contracts[0].version = facts.text("https://svc:tr0ub4dor@example.com");
  CHECK(facts.find("version/not-semver")[0].message.find("tr0ub4dor") == std::string::npos);
}

TEST_CASE("domains are told apart by name, listed by the mesh, and have parents that exist") {
  Facts facts;
  facts.workspace.has_mesh = true;
  for (const char* const folder : {"a", "b", "c"}) {
    model::Domain& domain = facts.workspace.domains.emplace_back();
    domain.name = "sales";
    domain.folder = folder;
    domain.file = facts.file(std::string(folder) + "/domain.yaml");
    domain.name_at = {10, 15};
  }
  facts.workspace.domains[2].name = "care";
  facts.workspace.domains[2].parent = "sales";
  const auto duplicates = facts.find("domain/duplicate");
  REQUIRE(duplicates.size() == 1);
  CHECK(duplicates[0].at == Place{1, {10, 15}});
  CHECK(facts.find("domain/unknown").empty());
  facts.workspace.domains[0].is_listed = false;
  facts.workspace.domains[2].parent = "slaes";
  const auto unknown = facts.find("domain/unknown");
  REQUIRE(unknown.size() == 2);
  CHECK(unknown[0].message == "mesh.yaml does not list domain `sales`");
  CHECK(unknown[1].message == "the parent `slaes` of domain `care` is no domain of this mesh");
}

TEST_CASE("a document's domain is that of its folder, however its name is written") {
  Facts facts;
  facts.workspace.has_mesh = true;
  model::Domain& domain = facts.workspace.domains.emplace_back();
  domain.name = "customer-care";
  domain.file = facts.file("care/domain.yaml");
  model::Contract& contract = facts.contract("c", "1.0.0", "care/c.odcs.yaml");
  facts.workspace.files[contract.file].domain = 0;
  contract.domain = facts.text("Customer Care");
  CHECK(facts.find("domain/*").empty());
  contract.domain = facts.text("sales");
  const auto inside = facts.find("domain/*");
  REQUIRE(inside.size() == 1);
  CHECK(inside[0].rule == "domain/mismatch");
  facts.workspace.files[contract.file].domain = UINT32_MAX;
  const auto outside = facts.find("domain/*");
  REQUIRE(outside.size() == 1);
  CHECK(outside[0].rule == "domain/unknown");
}
