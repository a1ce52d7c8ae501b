#include "core/find/search.hpp"

#include <doctest.h>

namespace mesh::find {
namespace {

Product product(const std::string& domain, const std::string& key, const std::string& name = {},
                const std::string& description = {}, std::vector<std::string> tags = {}) {
  Product product;
  product.domain = domain;
  product.key = key;
  product.name = name;
  product.description = description;
  product.tags = std::move(tags);
  product.status = "active";
  return product;
}

Product with_column(Product product, const std::string& column, const std::string& classification = {}) {
  Column one;
  one.name = column;
  one.classification = classification;
  Contract contract;
  contract.tables.push_back({"facts", "", "", {one}});
  product.contracts.push_back(contract);
  return product;
}

std::string found(const std::vector<Product>& products, const Query& query) {
  std::string all;
  for (const Hit& hit : search(products, query)) all += (all.empty() ? "" : " ") + products[hit.product].key;
  return all;
}

Query terms(std::vector<std::string> terms) {
  Query query;
  query.terms = std::move(terms);
  return query;
}

TEST_CASE("an exact name comes before a start, a word in it, a tag, a description and a column") {
  const std::vector<Product> products{with_column(product("a", "seven"), "order"),
                                      product("a", "six", "", "each order there is"),
                                      product("a", "five", "", "", {"order"}),
                                      product("a", "preorder"),
                                      product("a", "web-order"),
                                      product("a", "order-lines"),
                                      product("a", "order")};
  CHECK(found(products, terms({"ORDER"})) == "order order-lines web-order preorder five six seven");
}

TEST_CASE("all terms must match, wherever each does") {
  const std::vector<Product> products{product("a", "orders", "", "of the web shop"),
                                      product("a", "orders-of-stores", "", "in town")};
  CHECK(found(products, terms({"orders"})) == "orders orders-of-stores");
  CHECK(found(products, terms({"orders", "web"})) == "orders");
  CHECK(found(products, terms({"orders", "moon"})).empty());
  CHECK(found(products, terms({" orders "})) == "orders orders-of-stores");
}

TEST_CASE("equal hits are in the order of their addresses") {
  const std::vector<Product> products{product("b", "orders-x"), product("a", "orders-y"),
                                      product("a", "orders-x")};
  const auto hits = search(products, terms({"orders"}));
  REQUIRE(hits.size() == 3);
  CHECK(products[hits[0].product].address() == "a/orders-x");
  CHECK(products[hits[1].product].address() == "a/orders-y");
  CHECK(products[hits[2].product].address() == "b/orders-x");
}

TEST_CASE("an address is a name, a domain alone is none") {
  const std::vector<Product> products{product("sales", "orders"), product("sales", "sales")};
  CHECK(found(products, terms({"sales/orders"})) == "orders");
  CHECK(found(products, terms({"sales"})) == "sales");
}

TEST_CASE("case does not count, of other alphabets neither") {
  const std::vector<Product> products{product("a", "x", "Bestellungen für ÄRZTE"),
                                      product("a", "y", "ЗАКАЗЫ"), product("a", "z", "ΤΙΜΕΣ")};
  CHECK(found(products, terms({"ärzte"})) == "x");
  CHECK(found(products, terms({"FÜR"})) == "x");
  CHECK(found(products, terms({"заказы"})) == "y");
  CHECK(found(products, terms({"τιμεσ"})) == "z");
  CHECK(folded("Ÿ Ž ž Ĺ ĺ ǅ \xff") == "ÿ ž ž ĺ ĺ ǅ \xff");
}

TEST_CASE("filters: columns by glob, tags of columns too, one of the domains and statuses") {
  const std::vector<Product> products{with_column(product("a", "one"), "customerId", "restricted"),
                                      product("b", "two", "", "", {"PII"})};
  Query query;
  query.columns = {"CUSTOMER*"};
  CHECK(found(products, query) == "one");
  query.classifications = {"Restricted"};
  CHECK(found(products, query) == "one");
  query.classifications = {"public"};
  CHECK(found(products, query).empty());
  query = {};
  query.domains = {"b", "c"};
  query.tags = {"pii"};
  CHECK(found(products, query) == "two");
  query.statuses = {"retired"};
  CHECK(found(products, query).empty());
}

TEST_CASE("a hit tells where it matched, the best place first") {
  const std::vector<Product> products{
      with_column(product("a", "orders", "", "all orders", {"orders"}), "orders_id")};
  const auto hits = search(products, terms({"orders"}));
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].places ==
        std::vector<std::string>{"name", "tag `orders`", "description", "column `facts.orders_id`"});
}

TEST_CASE("what matches nothing is compared with what there is") {
  const std::vector<Product> products{
      with_column(product("sales", "orders", "", "", {"finance"}), "customer_id")};
  Query query = terms({"ordres"});
  query.tags = {"finanec"};
  query.columns = {"custmer_id"};
  query.domains = {"sales"};
  const auto all = suggestions(products, query);
  REQUIRE(all.size() == 3);
  CHECK(all[0].meant == "orders");
  CHECK(all[1].meant == "finance");
  CHECK(all[2].meant == "customer_id");
}

}  // namespace
}  // namespace mesh::find
