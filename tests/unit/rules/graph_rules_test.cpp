#include "tests/unit/rules/facts.hpp"

#include <doctest.h>

using namespace mesh;
using model::Mesh;
using test::Facts;

namespace {

// One source with its contract, one reader of it with its own.
struct Shop : Facts {
  Shop() {
    contract("orders", "1.0.0");
    contract("reports", "1.0.0");
    product("source", {}, {}).outputs.push_back(port("orders", "1.0.0"));
    product("reader", {}, {}).outputs.push_back(port("reports", "1.0.0"));
    reader().inputs.push_back(port("orders", "1.0.0"));
  }
  model::Contract& orders() { return workspace.contracts[0]; }
  model::Contract& reports() { return workspace.contracts[1]; }
  model::Product& source() { return workspace.products[0]; }
  model::Product& reader() { return workspace.products[1]; }
  Place input() { return {reader().file, reader().inputs[0].contract_id.at}; }
  model::Sla latency(std::string_view value, std::string_view unit) {
    return {text("latency"), {}, text(value), text(unit), {}};
  }
};

model::Property typed(Facts& facts, std::string_view name, std::string_view type) {
  model::Property property = facts.property(name);
  property.logical_type = facts.text(type);
  return property;
}

}  // namespace

TEST_CASE("relying on a retired contract is told at the input, with a note at the contract's status") {
  Shop shop;
  shop.orders().status = shop.text("retired");
  const auto found = shop.find("lifecycle/*");
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "lifecycle/depends-on-retired");
  CHECK(found[0].level == Level::error);
  CHECK(found[0].at == shop.input());
  REQUIRE(found[0].notes.size() == 1);
  CHECK(found[0].notes[0].at == Place{shop.orders().file, shop.orders().status.at});
}

TEST_CASE("a retired producer counts as its contract does, and both are one finding") {
  Shop shop;
  shop.source().status = shop.text("Retired");
  auto found = shop.find("lifecycle/*");
  REQUIRE(found.size() == 1);
  CHECK(found[0].message ==
        "`reader` relies on contract `orders`, and product `source` that promises it is retired");
  shop.orders().status = shop.text("retired");
  found = shop.find("lifecycle/*");
  REQUIRE(found.size() == 1);
  CHECK(found[0].notes.size() == 2);
  shop.orders().status = shop.text("deprecated");  // the worse one is the one to tell
  found = shop.find("lifecycle/*");
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "lifecycle/depends-on-retired");
}

TEST_CASE("who ends with what it reads is left alone") {
  Shop shop;
  shop.orders().status = shop.text("deprecated");
  CHECK(shop.find("lifecycle/*").size() == 1);
  shop.reader().status = shop.text("deprecated");
  CHECK(shop.find("lifecycle/*").empty());
  shop.orders().status = shop.text("retired");
  CHECK(shop.find("lifecycle/*").size() == 1);
  shop.reader().status = shop.text("retired");
  CHECK(shop.find("lifecycle/*").empty());
}

TEST_CASE("an input that may mean several versions ends only when all of them do") {
  Shop shop;
  shop.orders().status = shop.text("retired");
  model::Contract& newer = shop.contract("orders", "1.1.0");
  newer.status = shop.text("active");
  auto found = shop.find("lifecycle/*");
  REQUIRE(found.size() == 1);
  CHECK(found[0].label == "version `1.1.0` is active");
  shop.workspace.mesh.contract_versions = Mesh::Match::major;
  CHECK(shop.find("lifecycle/*").empty());
  shop.workspace.contracts.back().status = shop.text("deprecated");
  found = shop.find("lifecycle/*");
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "lifecycle/depends-on-deprecated");
  shop.workspace.mesh.contract_versions = Mesh::Match::exact;
  shop.workspace.contracts.back().status = shop.text("active");
  shop.reader().inputs[0].version = {};
  CHECK(shop.find("lifecycle/*").empty());
}

TEST_CASE("a draft behind an active product's port is told, behind a draft's it is not") {
  Shop shop;
  shop.orders().status = shop.text("proposed");
  CHECK(shop.find("lifecycle/*").empty());
  shop.source().status = shop.text("active");
  const auto found = shop.find("lifecycle/*");
  REQUIRE(found.size() == 1);
  CHECK(found[0].at == Place{shop.source().file, shop.source().outputs[0].contract_id.at});
  CHECK(found[0].message == "`source` is active and promises contract `orders`, which is `proposed`");
}

TEST_CASE("a contract that no product outputs is told only once there are products, and when it is in use") {
  Facts facts;
  facts.contract("orders", "1.0.0");
  CHECK(facts.find("lineage/orphan-contract").empty());
  facts.product("other", {}, {"elsewhere"});
  const auto found = facts.find("lineage/orphan-contract");
  REQUIRE(found.size() == 1);
  CHECK(found[0].at == Place{0, facts.workspace.contracts[0].id.at});
  for (const char* const status : {"draft", "proposed", "retired"}) {
    facts.workspace.contracts[0].status = facts.text(status);
    CHECK(facts.find("lineage/orphan-contract").empty());
  }
  facts.workspace.contracts[0].status = facts.text("active");
  facts.workspace.mesh.externals = {"ord*"};
  CHECK(facts.find("lineage/orphan-contract").empty());
  facts.workspace.mesh.externals.clear();
  facts.workspace.named_ids = {"orders"};  // by a product that could not be parsed
  CHECK(facts.find("lineage/orphan-contract").empty());
}

TEST_CASE("an old version that no product outputs any more is an orphan, unless versions do not count") {
  Shop shop;
  shop.contract("orders", "0.9.0");
  auto found = shop.find("lineage/orphan-contract");
  REQUIRE(found.size() == 1);
  CHECK(found[0].message == "no product outputs contract `orders` in version `0.9.0`");
  CHECK(found[0].notes[0].at == Place{shop.source().file, shop.source().outputs[0].version.at});
  shop.workspace.mesh.contract_versions = Mesh::Match::any;
  CHECK(shop.find("lineage/orphan-contract").empty());
  shop.workspace.mesh.contract_versions = Mesh::Match::exact;
  shop.source().outputs[0].version = {};
  CHECK(shop.find("lineage/orphan-contract").empty());
}

TEST_CASE("a misspelt port does not make an orphan of the contract it means") {
  Facts facts;
  facts.contract("urn:shop:orders", "1.0.0");
  model::Product& product = facts.product("p", {}, {"urn:shop:order"});
  CHECK(facts.find("lineage/orphan-contract").empty());
  product.outputs[0] = facts.port("urn:shop:orders", "2.0.0");
  CHECK(facts.find("ref/contract-version").size() == 1);
  CHECK(facts.find("lineage/orphan-contract").empty());
}

TEST_CASE("an input that no output is made from is told where all outputs tell what they are made from") {
  Shop shop;
  model::Product& reader = shop.reader();
  reader.inputs.push_back(shop.port("stock", "1.0.0"));
  CHECK(shop.find("lineage/unused-input").empty());
  reader.outputs[0].says_inputs = true;
  reader.outputs[0].input_contracts = {{shop.text("orders"), shop.text("1.0.0"), {}}};
  const auto found = shop.find("lineage/unused-input");
  REQUIRE(found.size() == 1);
  CHECK(found[0].at == Place{reader.file, reader.inputs[1].contract_id.at});
  // A wrong version or id is told where it stands, and not a second time here.
  reader.inputs.pop_back();
  reader.outputs[0].input_contracts[0].version = shop.text("2.0.0");
  CHECK(shop.find("ref/input-contract-version").size() == 1);
  CHECK(shop.find("lineage/unused-input").empty());
  reader.outputs[0].input_contracts[0].id = shop.text("order");
  CHECK(shop.find("ref/input-contract-not-declared").size() == 1);
  CHECK(shop.find("lineage/unused-input").empty());
}

TEST_CASE("two inputs of one contract in two versions are told apart") {
  Shop shop;
  model::Product& reader = shop.reader();
  reader.inputs.push_back(shop.port("orders", "2.0.0"));
  reader.outputs[0].says_inputs = true;
  reader.outputs[0].input_contracts = {{shop.text("orders"), shop.text("2.0.0"), {}}};
  const auto found = shop.find("lineage/unused-input");
  REQUIRE(found.size() == 1);
  CHECK(found[0].at == shop.input());
  CHECK(shop.find("ref/input-contract-version").empty());
}

TEST_CASE("the versions of inputs are compared as the mesh compares versions") {
  Shop shop;
  model::Product& reader = shop.reader();
  reader.outputs[0].input_contracts = {{shop.text("orders"), shop.text("1.2.0"), {}}};
  const auto found = shop.find("ref/input-contract-version");
  REQUIRE(found.size() == 1);
  CHECK(found[0].at == Place{reader.file, reader.outputs[0].input_contracts[0].version.at});
  CHECK(found[0].notes[0].at == Place{reader.file, reader.inputs[0].version.at});
  REQUIRE(found[0].fix);
  CHECK(found[0].fix->edits[0].text == "1.0.0");
  CHECK_FALSE(found[0].fix->safe);
  shop.workspace.mesh.contract_versions = Mesh::Match::major;
  CHECK(shop.find("ref/input-contract-version").empty());
  shop.workspace.mesh.contract_versions = Mesh::Match::exact;
  reader.outputs[0].input_contracts[0].version = shop.text("v1.0.0");
  CHECK(shop.find("ref/input-contract-version").empty());
  reader.outputs[0].input_contracts[0].version = shop.text("${VERSION}");
  CHECK(shop.find("ref/input-contract-version").empty());
}

TEST_CASE("rules that look at one document also run when nothing is linked, the others do not") {
  Shop shop;
  shop.workspace.linked = false;
  shop.reader().outputs[0].input_contracts = {{shop.text("orders"), shop.text("1.2.0"), {}}};
  shop.orders().status = shop.text("retired");
  CHECK(shop.find("ref/input-contract-version").size() == 1);
  CHECK(shop.find("lifecycle/*").empty());
}

TEST_CASE("an output fresher than its slowest input is told at its latency, with a note at the input's") {
  Shop shop;
  shop.orders().slas = {shop.latency("1", "h"), shop.latency("1", "d")};
  shop.reports().slas = {shop.latency("60", "m")};
  CHECK(shop.find("sla/cross-port").empty());  // some of the data are that fresh
  shop.reports().slas = {shop.latency("1", "m")};
  auto found = shop.find("sla/cross-port");
  REQUIRE(found.size() == 1);
  CHECK(found[0].at == Place{shop.reports().file, shop.reports().slas[0].value.at});
  CHECK(found[0].notes[0].at == Place{shop.orders().file, shop.orders().slas[0].value.at});
  shop.reader().outputs[0].says_inputs = true;  // made from nothing that is read
  CHECK(shop.find("sla/cross-port").empty());
  shop.reader().outputs[0].input_contracts = {{shop.text("orders"), {}, {}}};
  CHECK(shop.find("sla/cross-port").size() == 1);
}

TEST_CASE("columns of a relationship are compared by what lists of them hold") {
  Facts facts;
  model::Contract& contract = facts.contract("c", "1.0.0");
  contract.objects = {facts.object("a", "", {typed(facts, "list", "array")}),
                      facts.object("b", "", {typed(facts, "id", "string")})};
  model::Property& list = contract.objects[0].properties[0];
  facts.parts(list).relationships = facts.list({facts.relationship({}, {"b.id"})});
  contract.objects[1].properties[0].primary_key = true;
  CHECK(facts.find("ref/relationship-*").empty());  // what the list holds is not known
  facts.parts(list).items = facts.list({typed(facts, "", "string")});
  CHECK(facts.find("ref/relationship-*").empty());
  list.items()[0].logical_type = facts.text("integer");
  const auto found = facts.find("ref/relationship-*");
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "ref/relationship-type-mismatch");
  CHECK(found[0].at.span == list.relationships()[0].to[0].at);
  CHECK(found[0].notes.size() == 2);
}

TEST_CASE("a composite key is a key when its columns are, or when one of them is unique") {
  Facts facts;
  model::Contract& contract = facts.contract("c", "1.0.0");
  contract.objects = {facts.object("a", "", {facts.property("x"), facts.property("y")}),
                      facts.object("b", "", {facts.property("x"), facts.property("y")})};
  const model::Relationship relationship = facts.relationship({"a.x", "a.y"}, {"b.x", "b.y"});
  contract.objects[0].relationships = facts.list({relationship});
  const auto target = contract.objects[1].properties;
  target[0].primary_key = true;
  const auto found = facts.find("ref/relationship-target-not-key");
  REQUIRE(found.size() == 1);
  CHECK(found[0].at.span == relationship.to[1].at);
  target[1].primary_key = true;
  CHECK(facts.find("ref/relationship-target-not-key").empty());
  target[0].primary_key.reset();
  target[1].primary_key.reset();
  target[1].unique = true;
  CHECK(facts.find("ref/relationship-target-not-key").empty());
  contract.objects[0].relationships =
      facts.list({facts.relationship({"a.x", "a.y"}, {"b.x"})});  // another rule's business
  target[1].unique.reset();
  CHECK(facts.find("ref/relationship-target-not-key").empty());
}

TEST_CASE("a file that a reference leads to is missing, out of the mesh, or merely not read") {
  Facts facts;
  facts.workspace.has_mesh = true;
  model::Contract& contract = facts.contract("orders", "1.0.0", "sales/orders.odcs.yaml");
  facts.contract("customers", "1.0.0", "shared/customers.odcs.yaml");
  model::Contract& from = facts.workspace.contracts[0];
  (void)contract;
  from.objects = {facts.object("orders", "", {facts.property("customer")})};
  const auto find = [&](std::string_view to) {
    facts.parts(from.objects[0].properties[0]).relationships =
        facts.list({facts.relationship({}, {std::string(to)})});
    return facts.find("ref/*");
  };
  const auto missing = find("../sharde/customers.odcs.yaml#schema/c/properties/id");
  REQUIRE(missing.size() == 1);
  CHECK(missing[0].rule == "ref/file-missing");
  CHECK(missing[0].label == "did you mean `../shared/customers.odcs.yaml#…`?");
  const auto near = find("../shared/customer.odcs.yaml#schema/c/properties/id");
  REQUIRE(near.size() == 1);
  CHECK(near[0].label == "did you mean `../shared/customers.odcs.yaml#…`?");
  for (const char* const out : {"../../x.yaml#schema/c", "/etc/x.yaml#schema/c"}) {
    const auto found = find(out);
    REQUIRE(found.size() == 1);
    CHECK(found[0].rule == "ref/escapes-root");
  }
  facts.workspace.unread_files = {"sales/left-out.yaml"};
  CHECK(find("left-out.yaml#schema/c").empty());
  CHECK(find("https://x.example/a.yaml#schema/c").empty());
  facts.workspace.has_mesh = false;
  CHECK(find("../../x.yaml#schema/c").empty());
}

TEST_CASE("versions of one contract by two products make no cycle where they are told apart") {
  Facts facts;
  facts.product("old", {}, {}).outputs.push_back(facts.port("c", "1.0.0"));
  model::Product& reader = facts.product("reader", {}, {"x"});
  reader.inputs.push_back(facts.port("c", "1.0.0"));
  model::Product& next = facts.product("next", {"x"}, {});
  next.outputs.push_back(facts.port("c", "2.0.0"));
  CHECK(facts.find("lineage/cycle").empty());
  facts.workspace.mesh.contract_versions = Mesh::Match::any;
  CHECK(facts.find("lineage/cycle").size() == 1);
}

TEST_CASE("a table is claimed by server type, catalog, schema and name, however they are split") {
  Facts facts;
  model::Domain& lake = facts.workspace.domains.emplace_back();
  lake.name = "lake";
  lake.type = "lakehouse";
  lake.file = facts.file("lake/domain.yaml");
  for (const char* const name : {"a", "b"}) {
    model::Contract& contract = facts.contract(name, "1.0.0");
    contract.objects = {facts.object("orders", "", {})};
    model::Server& server = contract.servers.emplace_back();
    server.type = facts.text("trino");
    server.fields = {{"host", facts.text("trino.example")}, {"schema", facts.text("sales")}};
    facts.product(std::string("product-") + name, {}, {name});
    facts.workspace.files[facts.workspace.products.back().file].domain = 0;
  }
  auto& contracts = facts.workspace.contracts;
  CHECK(facts.find("lakehouse/*").size() == 1);
  contracts[1].objects[0].physical_name = facts.text("SALES.Orders");
  const auto found = facts.find("lakehouse/*");
  REQUIRE(found.size() == 1);
  CHECK(found[0].at == Place{contracts[1].file, contracts[1].objects[0].physical_name.at});
  CHECK(found[0].notes[0].at == Place{contracts[0].file, contracts[0].objects[0].name.at});
  auto& fields = contracts[1].servers[0].fields;
  fields[1].value = facts.text("finance");
  contracts[1].objects[0].physical_name = {};
  CHECK(facts.find("lakehouse/*").empty());
  fields[1].value = facts.text("sales");
  fields[0].value = facts.text("${HOST}");
  CHECK(facts.find("lakehouse/*").empty());
  fields[0].value = facts.text("Trino.example");
  facts.workspace.products[1].id = facts.workspace.products[0].id;  // id/duplicate
  CHECK(facts.find("lakehouse/*").empty());
  facts.workspace.products[1].id = facts.text("other");
  facts.workspace.domains[0].type = "aggregate";
  CHECK(facts.find("lakehouse/*").empty());
}

TEST_CASE("in a lakehouse a port without contract is one finding") {
  Facts facts;
  model::Domain& lake = facts.workspace.domains.emplace_back();
  lake.name = "lake";
  lake.type = "lakehouse";
  lake.file = facts.file("lake/domain.yaml");
  model::Product& product = facts.product("p", {"in"}, {"out"});
  facts.workspace.files[product.file].domain = 0;
  product.outputs[0].contract_id = {};
  const auto found = facts.run({{"product/*", "lakehouse/*"}, {}});
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "lakehouse/port-without-server");
}
