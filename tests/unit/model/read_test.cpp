#include "core/model/read.hpp"

#include "core/base/files.hpp"
#include "core/schema/standards.hpp"
#include "core/yaml/reader.hpp"
#include "tests/unit/source_dir.hpp"

#include <doctest.h>

#include <memory>

using namespace mesh;
using namespace mesh::model;

namespace {

// A document whose text and tree are gone: facts must not need them.
template <class Read>
auto read_text(std::string text, const Read& read) {
  auto source = std::make_unique<Source>("test.yaml", std::move(text));
  Findings findings;
  auto documents = yaml::read(*source, findings);
  REQUIRE(documents.size() == 1);
  auto facts = read(documents.front().root());
  documents.clear();
  return facts;
}

Contract contract(std::string text) {
  return read_text(std::move(text),
                   [](yaml::Node root) { return read_contract(read_contract_details(root), 7); });
}

std::string corpus(const std::string& name) {
  auto text = read_file(source_dir() + "/tests/corpus/" + name);
  REQUIRE(text);
  return *text;
}

// The rules of the schema that were broken, one after the other.
std::string verdict(std::string text) {
  Source source("domain.yaml", std::move(text));
  Findings findings;
  const auto documents = yaml::read(source, findings);
  REQUIRE(documents.size() == 1);
  const auto identified = schema::identify(documents[0].root(), source.path());
  REQUIRE(identified.standard != schema::Standard::none);
  Findings told;
  schema::check(identified, documents[0].root(), told);
  std::string rules;
  for (const Finding& finding : told.all())
    rules += std::string(finding.rule) + ": " + finding.message + "\n";
  return rules;
}

}  // namespace

TEST_CASE("a contract of the newest version becomes facts that outlive its text") {
  const Contract full =
      contract(corpus("real/odcs__v3.2.0__open-data-contract-standard__all__full-example.odcs.yaml"));
  CHECK(full.file == 7);
  CHECK(full.api_version == "v3.2.0");
  CHECK(full.id == "53581432-6c55-4ba2-a65f-72344a91553a");
  CHECK(full.domain == "seller");
  CHECK(full.data_product == "my quantum");
  CHECK(full.description == "Views built on top of the seller tables.");
  REQUIRE(full.objects.size() > 0);
  CHECK(full.objects[0].name == "tbl");
  CHECK(full.objects[0].id == "tbl_obj");
  REQUIRE(full.objects[0].relationships.size() == 1);
  CHECK(full.objects[0].relationships[0].from.size() == 2);
  CHECK(full.objects[0].relationships[0].to[1] == "receivers.country_code");
  REQUIRE(full.objects[0].properties.size() > 1);
  const Property& date = full.objects[0].properties[0];
  CHECK(date.name == "transaction_reference_date");
  CHECK(date.required == false);
  CHECK(full.servers.at(0).name == "my-postgres");
  CHECK(full.roles.size() > 0);
  REQUIRE(full.slas.size() > 0);
  CHECK(full.slas[0].property == "latency");
  CHECK(full.slas[0].value == "4");
  CHECK(full.slas[0].unit == "d");
  CHECK(full.servers[0].field("port") == "5432");
  CHECK_FALSE(full.servers[0].field("catalog"));
}

TEST_CASE("a contract of v2 becomes the same facts under the names of v3") {
  const Contract old =
      contract(corpus("real/odcs__v2.2.2__open-data-contract-standard__all__full-example.yaml"));
  CHECK(old.id == "53581432-6c55-4ba2-a65f-72344a91553a");
  CHECK(old.domain == "seller");
  CHECK(old.data_product == "my quantum");
  CHECK(old.sla_default_element == "tab1.txn_ref_dt");
  REQUIRE(old.objects.size() == 1);
  CHECK(old.objects[0].name == "tbl");
  REQUIRE(old.objects[0].properties.size() == 3);
  const Property& receiver = old.objects[0].properties[1];
  CHECK(receiver.name == "rcvr_id");
  CHECK(receiver.primary_key == true);
  CHECK(receiver.required == true);  // isNullable: false
  CHECK(old.slas.at(0).element == "tab1.txn_ref_dt");
}

TEST_CASE("facts of the wrong shape are left out, ids of any scalar are kept") {
  const Contract odd = contract(
      "id: 42\nversion: 1.1\nkind: [DataContract]\nschema:\n- just text\n- name: t\n  properties: {a: 1}\n"
      "- {name: u, properties: [{name: true, required: 'yes', primaryKeyPosition: 99999999999999999999}]}\n"
      "servers: none\nslaProperties: [[1]]\n");
  CHECK(odd.id == "42");
  CHECK_FALSE(odd.version);
  REQUIRE(odd.objects.size() == 2);
  CHECK(odd.objects[0].properties.empty());
  REQUIRE(odd.objects[1].properties.size() == 1);
  CHECK(odd.objects[1].properties[0].name == "true");
  CHECK_FALSE(odd.objects[1].properties[0].required);
  CHECK(odd.servers.empty());
  CHECK(odd.slas.empty());
}

TEST_CASE("nested properties, items and both sides of a map are read") {
  const Contract nested = contract(
      "schema:\n- name: t\n  properties:\n  - name: list\n    items: {properties: [{name: inner}]}\n"
      "  - name: map\n    map: {key: {logicalType: string}, value: {properties: [{name: far}]}}\n");
  const auto properties = nested.objects.at(0).properties;
  REQUIRE(properties.size() == 2);
  REQUIRE(properties[0].items().size() == 1);
  REQUIRE(properties[0].items()[0].properties().size() == 1);
  CHECK(properties[0].items()[0].properties()[0].name == "inner");
  REQUIRE(properties[1].items().size() == 2);
  CHECK(properties[1].items()[0].logical_type == "string");
  REQUIRE(properties[1].items()[1].properties().size() == 1);
  CHECK(properties[1].items()[1].properties()[0].name == "far");
}

TEST_CASE("a root that is no mapping gives empty facts") {
  CHECK_FALSE(contract("- 1\n").id);
  CHECK(read_text("text\n", [](yaml::Node root) {
          return read_product(read_product_details(root), 0);
        }).outputs.empty());
  CHECK(read_text("[]\n", [](yaml::Node root) { return read_mesh(root, 0); }).rules.empty());
  CHECK(read_text("1\n", [](yaml::Node root) { return read_domain(root, 0, "x"); }).name.empty());
}

TEST_CASE("a product's ports name contracts and what they were made from") {
  const Product product = read_text(
      "apiVersion: v1.1.0\nid: p\nversion: 1.0.0\ndescription: {purpose: why}\n"
      "inputPorts: [{name: in, version: 1.0.0, contractId: a}]\n"
      "outputPorts:\n- name: out\n  contractId: b\n  inputContracts: [{id: a, version: 1.0.0}]\n"
      "support: [{channel: mail, url: x}]\n",
      [](yaml::Node root) { return read_product(read_product_details(root), 3); });
  CHECK(product.description == "why");
  CHECK(product.inputs.at(0).contract_id == "a");
  CHECK(product.outputs.at(0).input_contracts.at(0).version == "1.0.0");
  CHECK(product.support.at(0).name == "mail");
  CHECK(product.first_key.begin == 0);
  CHECK(product.first_key.end == 10);
}

TEST_CASE("mesh.yaml is read whole") {
  const Mesh mesh = read_text(
      "apiVersion: mesh/v1\nkind: Mesh\nname: shop\ninclude: ['**']\nexclude: [old]\n"
      "domains: [domains/*, {name: legacy, paths: [src/old]}]\ncontractVersions: major\n"
      "standards: {odcs: 3.2.0, odps: 1.1.0}\nrules: {contract/x: off, 'team/*': error, bad: loud}\n"
      "overridable: ['contract/*']\nexternals: ['urn:a']\n"
      "targets:\n  dev: {url: 'file:./public', environment: dev}\n  prod: {url: s3://a/b, region: r, "
      "profile: p}\n",
      [](yaml::Node root) { return read_mesh(root, 0); });
  CHECK(mesh.name == "shop");
  REQUIRE(mesh.domains.size() == 2);
  CHECK(mesh.domains[0].glob == "domains/*");
  CHECK(mesh.domains[1].name == "legacy");
  CHECK(mesh.contract_versions == Mesh::Match::major);
  REQUIRE(mesh.rules.size() == 2);
  CHECK(mesh.rules[0].level == Level::off);
  REQUIRE(mesh.targets.size() == 2);
  CHECK(mesh.targets[1].region == "r");
  CHECK(mesh.odcs == "3.2.0");
}

TEST_CASE("names of domains and keys of products share one alphabet") {
  for (const char* good : {"a", "sales", "sales-2", "1-2-3"}) CHECK_MESSAGE(is_slug(good), good);
  for (const char* bad : {"", "-a", "a-", "a--b", "Sales", "a_b", "a.b", "a/b", "\xc3\xa4"})
    CHECK_MESSAGE(!is_slug(bad), bad);
  CHECK(is_slug(std::string(63, 'a')));
  CHECK_FALSE(is_slug(std::string(64, 'a')));
  CHECK(is_reserved("listing"));
  CHECK_FALSE(is_reserved("listings"));
}

TEST_CASE("our own schemas accept what the design shows and refuse what is unknown") {
  const std::string mesh = "apiVersion: mesh/v1\nkind: Mesh\n";
  CHECK(verdict(mesh +
                "name: shop\ninclude: ['**']\ndomains: [domains/*, {name: a, paths: [b]}]\n"
                "contractVersions: exact\nstandards: {odcs: 3.2.0, odps: 1.1.0}\n"
                "rules: {contract/no-primary-key: warning, 'team/*': off}\noverridable: ['contract/*']\n"
                "externals: ['urn:partner:orders']\n"
                "targets: {prod: {url: s3://a, region: r, profile: p, environment: prod}}\n") == "");
  CHECK(verdict(mesh + "hooks: []\n").starts_with("schema/unknown-property"));
  CHECK(verdict(mesh + "name: Shop\n").starts_with("schema/pattern"));
  CHECK(verdict(mesh + "rules: {a/b: warn}\n").starts_with("schema/enum"));
  CHECK(verdict(mesh + "targets: {dev: {url: x, insecure: true}}\n").starts_with("schema/unknown-property"));
  CHECK(verdict(mesh + "targets: {dev: {profile: x}}\n").starts_with("schema/required"));
  CHECK(verdict(mesh + "standards: {odcs: 9.0.0}\n").starts_with("schema/enum"));

  const std::string domain = "apiVersion: mesh/v1\nkind: Domain\nname: sales\n";
  CHECK(verdict(domain + "parent: shop\ntype: lakehouse\nowner: {team: t, email: a@example.com}\n"
                         "rules: {team/no-owner: error}\ntargets: {prod: {profile: p}}\nfiles: ['*.sql']\n"
                         "signers: [ssh-ed25519 AAAA x]\n") == "");
  CHECK(verdict("apiVersion: mesh/v1\nkind: Domain\n").starts_with("schema/required"));
  CHECK(verdict(domain + "type: source\n").starts_with("schema/enum"));
  CHECK(verdict(domain + "owner: sales\n").starts_with("schema/type"));
  CHECK(verdict(domain + "credentials: {}\n").starts_with("schema/unknown-property"));
}
