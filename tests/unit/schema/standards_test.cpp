#include "core/schema/standards.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"

#include <doctest.h>

#include <fmt/format.h>

using namespace mesh;
using namespace mesh::schema;

namespace {

struct Manifest {
  explicit Manifest(std::string yaml, std::string path = "manifest.yaml") : source(path, std::move(yaml)) {
    Findings findings;
    documents = yaml::read(source, findings);
    REQUIRE(!documents.empty());
    identified = identify(root(), path);
  }
  yaml::Node root() const { return documents.front().root(); }

  // "rule@line:column message | label | help", empty parts left out.
  std::string told() const {
    Findings findings;
    check(identified, root(), findings);
    sort_findings(findings.all());
    std::string text;
    for (const Finding& finding : findings.all()) {
      const Position at = source.position(finding.at.span.begin);
      if (!text.empty()) text += "\n";
      text += fmt::format("{}@{}:{} {}", finding.rule, at.line, at.column, finding.message);
      if (!finding.label.empty()) text += " | " + finding.label;
      if (!finding.help.empty()) text += " | " + finding.help;
    }
    return text;
  }

  Source source;
  std::vector<yaml::Document> documents;
  Identified identified;
};

Standard standard_of(std::string yaml, std::string path = "manifest.yaml") {
  return Manifest(std::move(yaml), std::move(path)).identified.standard;
}

// A contract of a version with more lines below its head of five.
std::string contract(std::string_view version, std::string_view more) {
  return fmt::format("apiVersion: {}\nkind: DataContract\nid: x\nversion: 1.0.0\nstatus: active\n{}", version,
                     more);
}
std::string told(std::string_view version, std::string_view more) {
  return Manifest(contract(version, more)).told();
}

}  // namespace

TEST_CASE("standards: a document is known by its root keys, in the order of the table") {
  CHECK(standard_of("dataContractSpecification: 1.1.0\nkind: DataContract\n") == Standard::dcs);
  CHECK(standard_of("dataProductDescriptor: 1.0.0\n") == Standard::dpds);
  CHECK(standard_of("kind: DataContract\n") == Standard::odcs);
  CHECK(standard_of("kind: DataProduct\napiVersion: v1.0.0\n") == Standard::odps);
  CHECK(standard_of("kind: DataProduct\noutputPorts: []\n") == Standard::odps);
  CHECK(standard_of("kind: DataProduct\napiVersion: example.com/1\n") == Standard::none);
  CHECK(standard_of("schema: x\nversion: 4.1\nproduct: {}\n") == Standard::lf_odps);
  CHECK(standard_of("templateName: x\nquantumName: y\n") == Standard::odcs);
  CHECK(standard_of("kind: DataContrat\n") == Standard::odcs);
  CHECK(standard_of("kind: dataproduct\n") == Standard::odps);
  CHECK(standard_of("apiVersion: v3.1.0\n", "a/orders.odcs.yaml") == Standard::odcs);
  CHECK(standard_of("apiVersion: v1.0.0\n", "a/orders.odps.yml") == Standard::odps);
  CHECK(standard_of("apiVersion: v3.1.0\nschema: []\n") == Standard::odcs);
  CHECK(standard_of("apiVersion: v1.0.0\ninputPorts: []\n") == Standard::odps);
  CHECK(standard_of("apiVersion: v1\nkind: ConfigMap\n") == Standard::none);
  CHECK(standard_of("[]") == Standard::none);
}

TEST_CASE("standards: kinds of ours are told from kinds of others by their apiVersion or file") {
  CHECK(standard_of("apiVersion: mesh/v1\nkind: Mesh\n") == Standard::mesh);
  CHECK(standard_of("apiVersion: mesh/v1\nkind: Domain\n") == Standard::domain);
  CHECK(standard_of("apiVersion: mesh/v1\nkind: Domian\n") == Standard::domain);
  CHECK(standard_of("kind: Domain\n", "sales/domain.yaml") == Standard::domain);
  CHECK(standard_of("apiVersion: kuma.io/v1alpha1\nkind: Mesh\n") == Standard::none);
  CHECK(standard_of("apiVersion: kuma.io/v1alpha1\nkind: Mesh\n", "mesh.yaml") == Standard::none);
  CHECK(standard_of("kind: Test\n") == Standard::none);
}

TEST_CASE("standards: the declared version chooses the schema") {
  const auto schema = [](std::string yaml) { return Manifest(std::move(yaml)).identified.schema_version; };
  CHECK(schema("kind: DataContract\napiVersion: v3.1.0\n") == "3.1.0-patched");
  CHECK(schema("kind: DataContract\napiVersion: v2.2.0\n") == "2.2.1");
  CHECK(schema("kind: DataContract\napiVersion: v2.9.0\n") == "2.2.2");
  CHECK(schema("kind: DataContract\napiVersion: v3.9.0\n") == "3.2.0");
  CHECK(schema("kind: DataContract\napiVersion: v9.0.0\n") == "3.2.0");
  CHECK(schema("kind: DataContract\n") == "3.2.0");
  CHECK(schema("kind: DataContract\nquantumName: x\n") == "2.2.2");
  CHECK(schema("kind: DataProduct\napiVersion: v0.9.0\n") == "0.9.0");
  CHECK(schema("schema: x\nversion: 4.0\nproduct: {}\n") == "4.0");
  CHECK(schema("schema: x\nversion: dev\nproduct: {}\n") == "4.1");
  CHECK_FALSE(Manifest("kind: DataContract\n").identified.unknown_version);
  CHECK(Manifest("kind: DataContract\napiVersion: v3.9.0\n").identified.unknown_version);
}

TEST_CASE("standards: schemas are found by version, with or without v, the newest when none is named") {
  CHECK(schema_text(Standard::odcs, "3.1.0") == schema_text(Standard::odcs, "v3.1.0"));
  CHECK(schema_text(Standard::odcs, "") == schema_text(Standard::odcs, "3.2.0"));
  CHECK_FALSE(schema_text(Standard::odcs, "9.9.9"));
  CHECK(schema_for(Standard::odcs, "3.2.0") == schema_for(Standard::odcs, "3.2.0"));
  CHECK(schema_for(Standard::odcs, "9.9.9") == nullptr);
  CHECK(versions(Standard::odps).back() == "1.1.0");
}

TEST_CASE("check: an unknown version is told once, the rest is still checked") {
  CHECK(told("v3.7.0", "tgas: []\n") ==
        "schema/api-version@1:13 `v3.7.0` is no known version of ODCS | the newest known one is `v3.2.0`\n"
        "schema/unknown-property@6:1 `tgas` is not a key of the contract | did you mean `tags`?");
  CHECK(told("3.1.0", "") ==
        "schema/api-version@1:13 `3.1.0` is no known version of ODCS | write it as `v3.1.0`");
  CHECK(told("3.1", "") ==
        "schema/type@1:13 `apiVersion` must be a string, not a number | write it in quotes: `\"3.1\"`");
}

TEST_CASE("check: a missing apiVersion is a missing key, a mistyped kind a wrong value") {
  CHECK(Manifest("kind: DataContract\nid: x\nversion: 1.0.0\n").told() ==
        "schema/required@1:1 `apiVersion` is missing in the contract | add `apiVersion`");
  CHECK(Manifest("apiVersion: v3.2.0\nkind: DataContrat\nid: x\nversion: 1.0.0\n").told() ==
        "schema/enum@2:7 `kind` cannot be `DataContrat` | did you mean `DataContract`?");
}

TEST_CASE("check: keys and values of later versions are named as such") {
  CHECK(told("v3.1.0", "schema:\n  - name: a\n    synonyms: [b]\n") ==
        "schema/unknown-property@8:5 `synonyms` is not a key of a schema object | known from v3.2.0 on");
  CHECK(
      told("v3.0.2", "schema:\n  - name: a\n    properties:\n      - name: b\n        logicalType: time\n") ==
      "schema/enum@10:22 `logicalType` cannot be `time` | one of `string`, `date`, `number`, `integer`, "
      "`object`, "
      "`array` or `boolean` | known from v3.1.0 on");
}

TEST_CASE("check: keys of older versions are named by what they became") {
  CHECK(
      told("v3.2.0", "schema:\n  - name: a\n    properties:\n      - name: b\n        isNullable: false\n") ==
      "schema/unknown-property@10:9 `isNullable` is not a key of a property | did you mean `required`? | "
      "`isNullable: false` of v2 is `required: true` since v3.0.0");
}

TEST_CASE("check: an option of another logical type says whose it is") {
  CHECK(told("v3.1.0",
             "schema:\n  - name: a\n    properties:\n      - name: b\n        logicalType: number\n"
             "        logicalTypeOptions: {minLength: 1}\n") ==
        "schema/unknown-property@11:30 `minLength` is not an option of logicalType `number` | an option of "
        "`string`");
}

TEST_CASE("check: nothing is asked of the value of a key that must go") {
  for (const char* minimum : {"10", "\"10\"", "[a]"})
    CHECK(told("v3.1.0", fmt::format("schema:\n  - name: a\n    properties:\n      - name: b\n"
                                     "        logicalTypeOptions: {{minimum: {}}}\n",
                                     minimum)) ==
          "schema/unknown-property@10:30 `minimum` is not an option without a `logicalType` | an option of "
          "`date`, `timestamp`, `time`, `integer` and `number`");
}

TEST_CASE("check: a server is called by its type") {
  CHECK(told("v3.1.0",
             "servers:\n  - server: a\n    type: postgres\n    host: h\n    prot: 1\n    port: 2\n"
             "    database: d\n    schema: s\n") ==
        "schema/unknown-property@10:5 `prot` is not a key of a postgres server | did you mean `port`?");
}

TEST_CASE("check: an empty value is told at its key") {
  CHECK(told("v3.2.0", "name:\n") ==
        "schema/type@6:1 `name` must be a string, not null | give it a value, or remove the key");
}

TEST_CASE("check: what YAML 1.1 called booleans are texts") {
  CHECK(told("v3.2.0", "schema:\n  - name: a\n    properties:\n      - name: b\n        required: no\n") ==
        "schema/type@10:19 `required` must be a boolean, not a string | write `false` | in YAML 1.2 only "
        "`true` and "
        "`false` are booleans");
}

TEST_CASE("check: a document that is no manifest is told so") {
  CHECK(Manifest("- a\n").told() == "manifest/not-a-mapping@1:1 the document is a list, not a mapping");
  CHECK(Manifest("kind: DataContainer\n").told() ==
        "manifest/unknown-kind@1:7 `DataContainer` is no kind of manifest we know | known kinds are "
        "`DataContract`, "
        "`DataProduct`, `Mesh` and `Domain`");
  CHECK(Manifest("name: x\n").told() ==
        "manifest/unknown-kind@1:1 the document does not say what kind of manifest it is | add `kind`");
}

TEST_CASE("check: nothing that steers a terminal passes from a manifest into a message") {
  const std::string text = told("v3.2.0", "\"\\e[31mred\": 1\n");
  CHECK(text.find('\x1b') == text.npos);
  CHECK(text.find("\\u{1b}") != text.npos);
}

TEST_CASE("check: a mistyped key is told once, not as a missing one too") {
  CHECK(Manifest("apiVersion: v3.2.0\nkind: DataContract\nid: x\nverison: 1.0.0\n").told() ==
        "schema/unknown-property@4:1 `verison` is not a key of the contract | did you mean `version`?");
  CHECK(told("v3.2.0",
             "schema:\n  - name: a\n    quality:\n      - metric: rowCount\n        mustBeLesThan: 1\n") ==
        "schema/unknown-property@10:9 `mustBeLesThan` is not a key of a quality rule | did you mean "
        "`mustBeLessThan`?");
  CHECK(
      told("v3.2.0",
           "schema:\n  - name: a\n    properties:\n      - name: b\n        logicaltype: map\n"
           "        map: {key: {logicalType: string}, value: {logicalType: string}}\n") ==
      "schema/unknown-property@10:9 `logicaltype` is not a key of a property | did you mean `logicalType`?");
}

TEST_CASE("check: a server type that does not exist is not blamed on the server's keys") {
  CHECK(told("v3.1.0", "servers:\n  - server: a\n    type: postgre\n    host: h\n    port: 1\n") ==
        "schema/enum@8:11 `type` cannot be `postgre` | did you mean `postgres`?");
}
