#include "core/rules/references.hpp"

#include "core/rules/known_contracts.hpp"
#include "tests/unit/rules/facts.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::rules;
using model::Mesh;
using test::Facts;

// orders(order_id, lines[](sku, price(amount)), legacy.total, labels: map), dbo.customers(id)
static model::Contract& shop(Facts& facts) {
  model::Contract& contract = facts.contract("shop", "1.0.0", "sales/shop.odcs.yaml");
  model::Property lines = facts.property("lines", "lines_p");
  facts.parts(lines).items = facts.list<model::Property>({{}});
  facts.parts(lines.items()[0]).properties =
      facts.list({facts.property("sku", "sku_p"),
                  facts.property("price", "price_p", {facts.property("amount", "amount_p")})});
  model::Property labels = facts.property("labels", "labels_p");
  labels.logical_type = facts.text("map");
  contract.objects = {facts.object("orders", "orders_o",
                                   {facts.property("order_id", "order_id_p"), lines,
                                    facts.property("legacy.total", "total_p"), labels}),
                      facts.object("dbo.customers", "customers_o", {facts.property("id", "id_p")})};
  return contract;
}

static std::string problem(const model::Contract& contract, std::string_view text) {
  const auto reference = parse_reference(text);
  if (!reference) return "no reference";
  const auto missing = ContractParts(contract).find_missing(*reference);
  if (!missing) return "";
  return missing->message + (missing->suggestion ? " -> " + *missing->suggestion : "");
}

TEST_CASE("a reference has a file, and goes by ids or by names") {
  const auto names = parse_reference("orders.order_id");
  REQUIRE(names);
  CHECK(names->file.empty());
  CHECK_FALSE(names->by_id);
  const auto ids = parse_reference("../shared/a.yaml#/schema/o/properties/p");
  REQUIRE(ids);
  CHECK(ids->file == "../shared/a.yaml");
  CHECK(ids->path == "schema/o/properties/p");
  CHECK(ids->by_id);
  CHECK(is_url(parse_reference("https://x.example/a.yaml#schema/o")->file));
  CHECK_FALSE(parse_reference("order_id"));
  CHECK_FALSE(parse_reference("${OBJECT}.order_id"));
  CHECK_FALSE(parse_reference(""));
}

TEST_CASE("names lead through objects, lists and names that hold dots") {
  Facts facts;
  const model::Contract& contract = shop(facts);
  for (const char* const fine : {"orders.order_id", "orders.lines.sku", "orders.lines.price.amount",
                                 "orders.legacy.total", "dbo.customers.id", "orders.labels.anything.below"}) {
    CAPTURE(fine);
    CHECK(problem(contract, fine) == "");
  }
  CHECK(problem(contract, "order.order_id") == "the contract has no object `order` -> orders.order_id");
  CHECK(problem(contract, "orders.order_idd") == "`orders` has no property `order_idd` -> orders.order_id");
  CHECK(problem(contract, "orders.lines.skuu") == "`lines` has no property `skuu` -> orders.lines.sku");
  CHECK(problem(contract, "orders.line.sku") == "`orders` has no property `line` -> orders.lines.sku");
  CHECK(problem(contract, "orders.sku") == "`orders` has no property `sku` -> orders.lines.sku");
  CHECK(problem(contract, "orders.order_id.x") == "`order_id` has no properties, so no `x`");
}

TEST_CASE("paths lead through ids, not names") {
  Facts facts;
  const model::Contract& contract = shop(facts);
  CHECK(problem(contract, "schema/orders_o") == "");
  CHECK(problem(contract, "/schema/orders_o/properties/order_id_p") == "");
  CHECK(problem(contract, "schema/orders_o/properties/lines_p/properties/price_p/properties/amount_p") == "");
  CHECK(problem(contract, "servers/lake") == "");
  CHECK(problem(contract, "schema/orders_o/properties/order_id") ==
        "`order_id` is the name of a property, and a path with `/` needs its `id` -> "
        "schema/orders_o/properties/order_id_p");
  CHECK(problem(contract, "schema/order_o/properties/order_id_p") ==
        "an object with the id `order_o` does not exist -> schema/orders_o/properties/order_id_p");
}

TEST_CASE("nothing is said where a part without a name may be the one that is meant") {
  Facts facts;
  model::Contract& contract = shop(facts);
  std::vector<model::Property> properties(contract.objects[0].properties.begin(),
                                          contract.objects[0].properties.end());
  properties.emplace_back();
  contract.objects[0].properties = facts.list(properties);
  CHECK(problem(contract, "orders.unknown") == "");
  CHECK(problem(contract, "dbo.customers.unknown") != "");
  contract.objects.push_back({});
  CHECK(problem(contract, "unknown.id") == "");
}

TEST_CASE("a relationship may lead into another file of the graph") {
  Facts facts;
  shop(facts);
  facts.file("shop/product.odps.yaml");
  model::Contract& other = facts.contract("other", "1.0.0", "service/other.odcs.yaml");
  other.objects = {facts.object("tickets", "tickets_o", {facts.property("order", "order_p")})};
  const auto found_for = [&](std::string_view to) {
    facts.parts(other.objects[0].properties[0]).relationships =
        facts.list({facts.relationship({}, {std::string(to)})});
    return facts.find("ref/relationship-unresolved");
  };
  CHECK(found_for("../sales/shop.odcs.yaml#orders.order_id").empty());
  CHECK(found_for("./../sales/shop.odcs.yaml#schema/orders_o/properties/order_id_p").empty());
  CHECK(found_for("sales/shop.odcs.yaml#orders.order_id").empty());
  CHECK(found_for("https://example.com/x.yaml#orders.nothing").empty());
  CHECK(found_for("../../elsewhere/x.yaml#orders.nothing").empty());
  CHECK(found_for("../unread/x.yaml#orders.nothing").empty());
  const auto wrong_part = found_for("../sales/shop.odcs.yaml#orders.order_idd");
  REQUIRE(wrong_part.size() == 1);
  CHECK(wrong_part[0].at == Place{2, other.objects[0].properties[0].relationships()[0].to[0].at});
  CHECK(wrong_part[0].label == "did you mean `../sales/shop.odcs.yaml#orders.order_id`?");
  CHECK(found_for("../sales/shops.odcs.yaml#orders.order_id").empty());  // ref/file-missing
  facts.workspace.files[0].broken = true;
  CHECK(found_for("../sales/shop.odcs.yaml#orders.order_idd").empty());
}

TEST_CASE("versions of ports match exactly, by major or any") {
  CHECK(versions_match(Mesh::Match::exact, "1.0.0", "1.0.0"));
  CHECK(versions_match(Mesh::Match::exact, "v1.0.0", "1.0.0"));
  CHECK_FALSE(versions_match(Mesh::Match::exact, "1.0.0", "1.0.1"));
  CHECK_FALSE(versions_match(Mesh::Match::exact, "1.0", "1.0.0"));
  CHECK(versions_match(Mesh::Match::exact, "2024-05", "2024-05"));
  CHECK(versions_match(Mesh::Match::major, "1.0.0", "1.9.3"));
  CHECK(versions_match(Mesh::Match::major, "v1", "1.9.3"));
  CHECK_FALSE(versions_match(Mesh::Match::major, "1.0.0", "10.0.0"));
  CHECK(versions_match(Mesh::Match::any, "1.0.0", "2.0.0"));
}

TEST_CASE("a port version that no version of its contract meets is told with those that exist") {
  Facts facts;
  facts.contract("c", "1.0.0", "a.odcs.yaml");
  facts.contract("c", "2.0.0", "b.odcs.yaml");
  model::Product& product = facts.product("p", {}, {});
  product.outputs.push_back(facts.port("c", "2.1.0"));
  const auto found = facts.find("ref/contract-version");
  REQUIRE(found.size() == 1);
  CHECK(found[0].at == Place{2, product.outputs[0].version.at});
  CHECK(found[0].message == "contract `c` has no version `2.1.0`");
  CHECK(found[0].label == "the folder has `1.0.0` and `2.0.0`");
  facts.workspace.mesh.contract_versions = Mesh::Match::major;
  CHECK(facts.find("ref/contract-version").empty());
  facts.workspace.mesh.contract_versions = Mesh::Match::exact;
  facts.workspace.broken_ids.insert("c");
  CHECK(facts.find("ref/contract-version").empty());
}

TEST_CASE("an unknown contract is told with the nearest known id, unless it is known to live elsewhere") {
  Facts facts;
  facts.contract("urn:shop:orders", "1.0.0");
  facts.product("p", {"urn:shop:order"}, {"urn:partner:stock"});
  auto found = facts.find("ref/contract-unresolved");
  REQUIRE(found.size() == 2);
  CHECK(found[0].message == "contract `urn:shop:order` is not among these files");
  CHECK(found[0].label == "did you mean `urn:shop:orders`?");
  CHECK(found[1].label == "");
  facts.workspace.mesh.externals = {"urn:partner:*"};
  facts.workspace.broken_ids.insert("urn:shop:order");
  found = facts.find("ref/contract-unresolved");
  REQUIRE(found.size() == 1);
  CHECK(found[0].message == "contract `urn:partner:stock` lives elsewhere and was not looked up");
}

TEST_CASE("what names nothing at all is not also told to be undeclared") {
  Facts facts;
  facts.contract("known", "1.0.0");
  model::Product& product = facts.product("p", {"known"}, {"known"});
  product.outputs[0].input_contracts.push_back({facts.text("unknown"), facts.text("1.0.0"), {}});
  const auto found = facts.find("ref/*");
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "ref/contract-unresolved");
  facts.workspace.linked = false;
  const auto alone = facts.find("ref/*");
  REQUIRE(alone.size() == 1);
  CHECK(alone[0].rule == "ref/input-contract-not-declared");
}

TEST_CASE("thousands of references are looked up without going through all properties for each") {
  Facts facts;
  model::Contract& contract = facts.contract("c", "1.0.0");
  std::vector<model::Property> properties;
  constexpr int kCount = 20'000;
  for (int i = 0; i < kCount; ++i) {
    model::Property property = facts.property("p" + std::to_string(i));
    facts.parts(property).relationships =
        facts.list({facts.relationship({}, {"o.p" + std::to_string(kCount - 1 - i)}),
                    facts.relationship({}, {"o.q" + std::to_string(i)})});
    properties.push_back(property);
  }
  contract.objects = {facts.object("o", "", properties)};
  CHECK(facts.find("ref/relationship-unresolved").size() == kCount);
}
