#include "core/base/files.hpp"
#include "tests/unit/rules/document.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace mesh;
using test::told;

// A contract with one object; `properties` is its list, in flow style, one a line from line 8 on.
static std::string contract(std::string_view properties, std::string_view version = "v3.2.0") {
  return "apiVersion: " + std::string(version) +
         "\nkind: DataContract\nid: c\nversion: 1.0.0\nstatus: active\nschema:\n- {name: orders, properties: "
         "[\n" +
         std::string(properties) + "\n]}\n";
}
static std::string with_root(std::string_view rest, std::string_view version = "v3.2.0") {
  return "apiVersion: " + std::string(version) +
         "\nkind: DataContract\nid: c\nversion: 1.0.0\nstatus: active\n" + std::string(rest);
}

TEST_CASE("a key of its own is within an array, one of the object in nested objects") {
  const std::string nested = contract(
      "{name: id, primaryKey: true, primaryKeyPosition: 1},\n"
      "{name: lines, logicalType: array, items: {logicalType: object, properties: [\n"
      "{name: no, primaryKey: true, primaryKeyPosition: 1}]}},\n"
      "{name: buyer, logicalType: object, properties: [{name: no, primaryKey: true, primaryKeyPosition: "
      "1}]}");
  CHECK(told("contract/pk-position-duplicate", nested) ==
        "11:98 two columns of the primary key of `orders` have position 1\n");
  CHECK(told("contract/pk-composite-without-position", contract("{name: a, primaryKey: true}")) == "");
  CHECK(told("contract/pk-composite-without-position",
             contract("{name: a, primaryKey: true, primaryKeyPosition: 1},\n{name: b, primaryKey: true, "
                      "primaryKeyPosition: -1}")) ==
        "9:23 `b` is part of a key of 2 columns and has no position in it\n");
  CHECK(told("contract/pk-position-without-pk", contract("{name: a, primaryKeyPosition: -1}")) == "");
  CHECK(told("contract/pk-position-without-pk",
             contract("{name: a, primaryKey: false, primaryKeyPosition: 2}")) ==
        "8:50 `a` has position 2 in the primary key but is not part of it\n");
}

TEST_CASE("a key column that may be empty is found under the names of both versions") {
  CHECK(told("contract/pk-not-required", contract("{name: a, primaryKey: true}")) == "");
  CHECK(told("contract/pk-not-required", contract("{name: a, primaryKey: true, required: false}")) ==
        "8:23 `a` is part of the primary key and need not have a value\n");
  CHECK(told("contract/pk-not-required",
             "apiVersion: v2.2.2\nkind: DataContract\ndataset:\n- table: t\n  columns:\n  - {column: a, "
             "isPrimaryKey: true, "
             "isNullable: true}\n") == "6:31 `a` is part of the primary key and need not have a value\n");
}

TEST_CASE("partition columns without a position may be the missing ones") {
  CHECK(told("contract/partition-position-gap",
             contract(
                 "{name: a, partitioned: true, partitionKeyPosition: 2},\n{name: b, partitioned: true}")) ==
        "");
  CHECK(told("contract/partition-position-gap",
             contract("{name: a, partitioned: true, partitionKeyPosition: 2}")) ==
        "8:52 the partition columns of `orders` have a position 2 but no position 1\n");
  CHECK(told("contract/partition-position-gap", contract("{name: a, partitionKeyPosition: -1}")) == "");
}

TEST_CASE("nested types that say what they hold in another way are complete") {
  CHECK(told("contract/array-without-items",
             contract("{name: a, logicalType: array, physicalType: 'array<string>'}")) == "");
  CHECK(told("contract/array-without-items",
             contract("{name: a, logicalType: array, items: {logicalType: array}}")) ==
        "8:52 array `a[]` does not say what it holds\n");
  for (const char* const type : {"JSONB", "address_t", "struct<a:int>"})
    CHECK_MESSAGE(
        told("contract/object-without-properties",
             contract("{name: a, logicalType: object, physicalType: '" + std::string(type) + "'}")) == "",
        type);
  CHECK(told("contract/object-without-properties",
             contract("{name: a, logicalType: object, properties: []}")) ==
        "8:24 object `a` does not say what it is made of\n");
  CHECK(told("contract/map-incomplete",
             contract("{name: a, logicalType: map, map: {key: {logicalType: string}, value: {}}}")) ==
        "8:24 map `a` does not say what its values are\n");
  CHECK(told("contract/map-incomplete", contract("{name: a, logicalType: map}")).find("contract") ==
        std::string::npos);
  CHECK(told("contract/empty", with_root("schema: []\n")) == "6:1 the contract describes no data\n");
  CHECK(told("contract/empty", with_root("")) == "");
  CHECK(told("contract/empty", with_root("schema: orders\n")) == "");
  CHECK(told("contract/empty", with_root("schema:\n- name: orders\n")) == "7:9 `orders` has no properties\n");
}

TEST_CASE("bounds are compared as numbers and as dates") {
  const auto range = [](std::string_view options, std::string_view version = "v3.2.0") {
    return told("contract/range-inverted",
                contract("{name: a, logicalType: number, logicalTypeOptions: {" + std::string(options) + "}}",
                         version));
  };
  CHECK(range("minimum: 1, maximum: 1") == "");
  CHECK(range("minimum: 2, maximum: 10") == "");
  CHECK(range("minimum: 1e3, maximum: 999.5") == "8:62 `minimum` 1e3 of `a` is above `maximum` 999.5\n");
  CHECK(range("minimum: 5, exclusiveMaximum: 5") ==
        "8:62 no value of `a` is between `minimum` and `exclusiveMaximum` 5\n");
  CHECK(range("exclusiveMinimum: 6, maximum: 5, minimum: 1") ==
        "8:71 `exclusiveMinimum` 6 of `a` is above `maximum` 5\n");
  CHECK(range("minimum: 5, maximum: 5, exclusiveMinimum: true", "v3.0.2") ==
        "8:62 no value of `a` is between `minimum` and `maximum` 5\n");
  CHECK(told("contract/range-inverted", contract("{name: a, logicalType: date, logicalTypeOptions: {minimum: "
                                                 "'2025-01-01', maximum: '2024-12-31'}}")) ==
        "8:60 `minimum` 2025-01-01 of `a` is above `maximum` 2024-12-31\n");
  CHECK(told("contract/range-inverted",
             contract(
                 "{name: a, logicalType: time, logicalTypeOptions: {minimum: '09:00', maximum: '08:00'}}")) ==
        "");
  CHECK(told("contract/range-inverted",
             contract("{name: a, logicalType: array, logicalTypeOptions: {minItems: 3, maxItems: 2}}")) ==
        "8:62 `minItems` 3 of `a` is above `maxItems` 2\n");
}

TEST_CASE("examples are compared with type, enumeration and options, mildly") {
  const auto examples = [](std::string_view property) {
    return told("contract/example-violates-type", contract("{name: a, " + std::string(property) + "}"));
  };
  CHECK(examples("logicalType: integer, examples: [1, '2', 3.0, n/a, '1,000', '']") == "");
  CHECK(examples("logicalType: integer, examples: [1.5]") == "8:44 example `1.5` of `a` is no integer\n");
  CHECK(examples("logicalType: number, examples: [true]") == "8:43 example `true` of `a` is no number\n");
  CHECK(examples("logicalType: number, logicalTypeOptions: {maximum: 5}, examples: [6]") ==
        "8:77 example `6` of `a` is above 5\n");
  CHECK(examples("logicalType: string, examples: [1, true, x]") == "");
  CHECK(examples("logicalType: string, logicalTypeOptions: {maxLength: 2}, examples: ['äö', abc]") ==
        "8:85 example `abc` of `a` has 3 characters, more than 2\n");
  CHECK(examples("logicalType: string, logicalTypeOptions: {pattern: '^B[0-9]+$'}, examples: [B1, C1]") ==
        "8:91 example `C1` of `a` does not match `^B[0-9]+$`\n");
  CHECK(examples("logicalType: string, logicalTypeOptions: {pattern: '^(?=B)'}, examples: [C1]") == "");
  CHECK(examples("logicalType: boolean, examples: [true, 'Y', 0]") == "");
  CHECK(examples("logicalType: boolean, examples: [maybe]") ==
        "8:44 example `maybe` of `a` is neither true nor false\n");
  CHECK(examples("logicalType: date, examples: ['2024-01-01', 20240101, soon]") ==
        "8:65 example `soon` of `a` is no point in time\n");
  CHECK(examples("logicalType: integer, enum: [{value: 1}, {value: 2}], examples: [1.0, '2', 3]") ==
        "8:86 example `3` of `a` is not in its enumeration\n");
  CHECK(examples("logicalType: array, examples: [x, 1]") == "");
}

TEST_CASE("equal values of an enumeration are equal as values") {
  CHECK(told("contract/enum-duplicate",
             contract("{name: a, logicalType: string, enum: [{value: '1'}, {value: 1}]}")) == "");
  CHECK(told("contract/enum-duplicate",
             contract("{name: a, logicalType: string, enum: [{value: x}, {value: 'x', label: y}]}")) ==
        "8:59 the enumeration of `a` has value `x` twice\n");
}

TEST_CASE("physical types that surely do not fit, and nothing else") {
  const auto mismatch = [](std::string_view logical, std::string_view physical,
                           std::string_view server = "postgres", std::string_view version = "v3.2.0") {
    const std::string text = contract("{name: a, logicalType: " + std::string(logical) + ", physicalType: '" +
                                          std::string(physical) + "'}",
                                      version) +
                             "servers: [{server: s, type: " + std::string(server) +
                             ", host: h, port: 1, database: d, schema: s}]\n";
    return !told("type/logical-physical-mismatch", text).empty();
  };
  for (const auto& [logical, physical] :
       std::initializer_list<std::pair<const char*, const char*>>{{"integer", "timestamptz"},
                                                                  {"integer", "boolean"},
                                                                  {"string", "int4"},
                                                                  {"string", "date"},
                                                                  {"object", "int"},
                                                                  {"array", "boolean"},
                                                                  {"boolean", "timestamp"},
                                                                  {"date", "uuid"},
                                                                  {"time", "date"},
                                                                  {"number", "struct<a:int>"},
                                                                  {"timestamp", "date"}})
    CHECK_MESSAGE(mismatch(logical, physical), logical, " ", physical);
  for (const auto& [logical, physical] : std::initializer_list<std::pair<const char*, const char*>>{
           {"integer", "varchar(10)"}, {"number", "text"},      {"integer", "NUMBER(10,2)"},
           {"object", "jsonb"},        {"object", "text"},      {"array", "text"},
           {"array", "jsonb"},         {"boolean", "smallint"}, {"boolean", "char(1)"},
           {"date", "timestamp"},      {"date", "int"},         {"timestamp", "bigint"},
           {"string", "uuid"},         {"string", "bytea"},     {"string", "jsonb"},
           {"time", "varchar"},        {"object", "Name"},      {"integer", "my_type"},
           {"string", "citext"},       {"array", "int4[]"}})
    CHECK_MESSAGE(!mismatch(logical, physical), logical, " ", physical);
  CHECK_FALSE(mismatch("timestamp", "date", "oracle"));
  CHECK_FALSE(mismatch("string", "timestamp", "postgres", "v3.0.2"));
  CHECK_FALSE(mismatch("array", "date", "bigquery"));
}

TEST_CASE("operators of a quality rule, where the schema leaves them open") {
  const auto quality = [](std::string_view rule, std::string_view version = "v3.0.2") {
    return told(
        "quality/operator-count",
        contract("{name: a, quality: [{type: sql, query: SELECT 1" + std::string(rule) + "}]}", version));
  };
  CHECK(quality(", mustBe: 1") == "");
  CHECK(quality("") == "8:33 the result of this query is compared with nothing\n");
  CHECK(quality(", mustBeGreaterThan: 1, mustBeLessThan: 5") == "");
  CHECK(quality(", mustBe: 1, mustNotBe: 5") ==
        "8:61 this rule compares with `mustBe` and with `mustNotBe`\n");
  CHECK(quality(", mustBe: 1, mustNotBe: 5", "v3.2.0").find("compares with `mustBe`") == std::string::npos);
}

TEST_CASE("a query's own braces are its own business") {
  const auto query = [](std::string_view sql) {
    return told(
        "quality/unknown-placeholder",
        contract("{name: a, quality: [{type: sql, mustBe: 0, query: \"" + std::string(sql) + "\"}]}"));
  };
  for (const char* const good :
       {"SELECT {property} FROM {object}", "SELECT ${column} FROM ${table}", "SELECT {field} FROM {model}",
        "SELECT '{x}'", "{{ ref('orders') }} {y}", "SELECT {fn NOW()}", "SELECT {d '2024-01-01'}",
        "SELECT ${SCHEMA}.t", "SELECT {1,2}", "SELECT {"}) {
    const std::string found = query(good);
    CHECK_MESSAGE((found == "" || std::string_view(good).find("{y}") != std::string_view::npos), good, found);
  }
  CHECK(query("SELECT {propery}") == "8:59 `{propery}` stands for nothing in a query\n");
  CHECK(query("SELECT ${tabel}") == "8:59 `${tabel}` stands for nothing in a query\n");
  CHECK(query("SELECT {start_date}") == "8:59 `{start_date}` stands for nothing in a query\n");
}

TEST_CASE("service levels without a unit, with an unknown one, and in the wrong order") {
  const auto slas = [](const std::string& rule, std::string_view list) {
    return told(rule, with_root("slaProperties: [" + std::string(list) + "]\n"));
  };
  CHECK(slas("sla/unit", "{property: latency, value: 4}") == "6:44 `latency` 4 has no unit\n");
  CHECK(slas("sla/unit",
             "{property: latency, value: P1D}, {property: retention, value: 3 years}, {property: ly, value: "
             "4, unit: Hours}") == "");
  CHECK(slas("sla/unit",
             "{property: availability, value: 99.9}, {property: frequency, value: 4, unit: per day}") == "");
  CHECK(slas("sla/unit", "{property: retention, value: 4, unit: yeras}") ==
        "6:55 `yeras` is no unit of time\n");
  CHECK(slas("sla/unknown-property", "{property: AV, value: 1}, {property: uptime, value: 1}") ==
        "6:54 `uptime` is no service level that the standard names\n");
  CHECK(slas("sla/dates-inverted",
             "{property: endOfLife, value: '2024-01-01'}, {property: generalAvailability, value: "
             "'2025-01-01'}") == "6:46 `endOfLife` 2024-01-01 is before `generalAvailability` 2025-01-01\n");
  CHECK(slas("sla/dates-inverted",
             "{property: ga, element: a.x, value: '2026-01-01'}, {property: es, element: b.x, value: "
             "'2025-01-01'}") == "");
  CHECK(slas("sla/dates-inverted",
             "{property: ga, value: Available 24/7}, {property: es, value: '2025-01-01'}") == "");
}

TEST_CASE("owners, approvers and those who replace are looked for among the members") {
  const std::string team =
      "team: {name: t, members: [{username: kim, name: Kim Lee, role: DPO}, {username: lee, "
      "replacedByUsername: KIM}]}\n";
  CHECK(told("team/no-owner", with_root(team)) == "");
  CHECK(told("team/no-owner", with_root("team: {name: t, members: [{username: kim}]}\n")) ==
        "6:14 nobody in the team is its owner\n");
  CHECK(told("team/no-owner", with_root("team: {name: t}\n")) == "");
  CHECK(told("team/no-owner", with_root("team: [{username: kim, role: engineer}]\n", "v3.0.2")) ==
        "6:1 nobody in the team is its owner\n");
  CHECK(told("team/replaced-by-unknown", with_root(team)) ==
        "6:106 `lee` is replaced by `KIM`, who is no member of the team\n");
  const auto approver = [&](std::string_view names) {
    return told("access/approver-unknown",
                with_root(team + "roles: [{role: r, access: read, firstLevelApprovers: '" +
                          std::string(names) + "'}]\n"));
  };
  for (const char* const good : {"kim", "Kim, lee", "Kim Lee", "Reporting Manager", "na", "", "dpo", "r",
                                 "${APPROVERS}", "group:data-office"})
    CHECK_MESSAGE(approver(good) == "", good);
  CHECK(approver("kim; kimm") == "7:60 approver `kimm` is no member of the team\n");
  CHECK(told("access/approver-unknown",
             with_root("roles: [{role: r, access: read, firstLevelApprovers: x}]\n")) == "");
}

TEST_CASE("a classified column is protected by what is said at it, its object or the contract") {
  const auto classified = [](std::string_view more, std::string_view root = "") {
    return told("governance/classified-without-protection",
                contract("{name: mail, classification: Highly Confidential" + std::string(more) + "}") +
                    std::string(root));
  };
  CHECK(classified("") == "8:30 `mail` is Highly Confidential and nothing says how it is protected\n");
  CHECK(classified(", encryptedName: x") == "");
  CHECK(classified(", tags: [masked]") == "");
  CHECK(classified(", customProperties: [{property: anonymizationStrategy, value: x}]") == "");
  CHECK(classified(", physicalName: mail_hash") == "");
  CHECK(classified("", "customProperties: [{property: maskingPolicy, value: x}]\n") == "");
  CHECK(told("governance/classified-without-protection", contract("{name: a, classification: internal}")) ==
        "");
  CHECK(told("access/classified-without-role",
             contract("{name: a, classification: pii},\n{name: b, classification: pii}")) ==
        "8:27 `a` is pii, and the contract has no roles that give access to it\n");
}

TEST_CASE("personal data by the words of a name") {
  const auto personal = [](std::string_view name) {
    return !told("governance/pii-name-unclassified",
                 contract("{name: " + std::string(name) + ", logicalType: string}"))
                .empty();
  };
  for (const char* const name : {"email", "customer_email", "customerEmail", "E_MAIL", "date_of_birth",
                                 "dateOfBirth", "ssn", "billing_iban", "first_name"})
    CHECK_MESSAGE(personal(name), name);
  for (const char* const name : {"order_id", "mailbox_size", "emailed", "telephony", "name", "birth"})
    CHECK_FALSE_MESSAGE(personal(name), name);
}

TEST_CASE("servers of one environment, names of types, schemes of locations") {
  const auto servers = [](const std::string& rule, std::string_view list) {
    return told(rule, with_root("servers: [" + std::string(list) + "]\n"));
  };
  CHECK(servers("server/environment-duplicate",
                "{server: a, type: kafka, host: x}, {server: b, type: kafka, host: y}") == "");
  CHECK(servers("server/environment-duplicate",
                "{server: a, type: kafka, host: x, environment: prod}, {server: b, type: kafka, host: y, "
                "environment: PROD}") ==
        "6:112 servers `a` and `b` are both `kafka` in environment `PROD`\n");
  CHECK(servers("server/environment-duplicate",
                "{server: a, type: local, path: x, format: csv, location: x, environment: dev}, {server: b, "
                "type: local, path: y, format: csv, location: y, environment: dev}") == "");
  CHECK(servers("server/environment-duplicate",
                "{server: a, type: local, path: x, format: csv, location: x, environment: dev}, {server: b, "
                "type: local, "
                "path: y, format: csv, location: y, environment: dev}") == "");
  const auto alias = test::judge(
      "server/type-alias",
      with_root("servers: [{server: a, type: postgresql, host: h, port: 1, database: d, schema: s}]\n"));
  REQUIRE(alias.findings.size() == 1);
  CHECK(alias.findings[0].level == Level::note);
  CHECK(alias.findings[0].fix->safe);
  for (const char* const good :
       {"s3://b/x", "S3://b", "s3a://b", "https://b.s3.amazonaws.com/x", "${BUCKET}/x"})
    CHECK_MESSAGE(servers("server/location-scheme",
                          "{server: a, type: s3, location: '" + std::string(good) + "'}") == "",
                  good);
  CHECK(servers("server/location-scheme", "{server: a, type: s3, location: gs://b}") ==
        "6:43 location `gs://b` of a server of type `s3` does not start with `s3://`\n");
  CHECK(servers("server/location-scheme", "{server: a, type: local, path: x, format: csv}") == "");
}

TEST_CASE("what is deprecated depends on the version, and version 2 gets one note") {
  const std::string old = "slaDefaultElement: a.b\ndataProduct: p\nteam: [{username: a, role: owner}]\n";
  CHECK(told("deprecated/field", with_root(old, "v3.0.2")) == "");
  CHECK(told("deprecated/field", with_root(old, "v3.1.0")) ==
        "6:1 `slaDefaultElement` is deprecated since v3.1.0\n8:1 `team` is deprecated since v3.1.0\n");
  CHECK(told("deprecated/field", with_root(old)).find("7:1 `dataProduct` is deprecated since v3.2.0\n") !=
        std::string::npos);
  const auto two = test::judge(
      "deprecated/field",
      "apiVersion: v2.2.2\nkind: DataContract\nversion: 1.0.0\nuuid: x\ntype: tables\nstatus: active\n"
      "datasetName: d\nquantumName: q\ndataset: [{table: t, columns: [{column: a, isPrimaryKey: true}]}]\n");
  REQUIRE(two.findings.size() == 1);
  CHECK(two.findings[0].level == Level::note);
}

TEST_CASE("tags, custom properties and definitions are found wherever they stand") {
  const std::string text = with_root(
      "tags: [A, a, a]\n"
      "description: {purpose: x, customProperties: [{property: my-key, value: 1}], authoritativeDefinitions: "
      "[{type: t, url: ''}]}\n"
      "team: {name: t, tags: [B], members: [{username: k, customProperties: [{property: x, value: 1}, "
      "{property: x, value: 2}]}]}\n"
      "servers: [{server: s, type: kafka, host: h, customProperties: [{property: k.myKey, value: 1}, "
      "{property: A_B, value: 1, vendor: Up}]}]\n"
      "schema: [{name: o, properties: [{name: p, authoritativeDefinitions: [{type: t, url: /x}, {type: t, "
      "url: 'mailto:a@b'}]}]}]\n");
  CHECK(told("tags/duplicate", text) == "6:14 tag `a` is there twice\n");
  CHECK(told("tags/case", text) == "6:8 tag `A` has capitals\n8:24 tag `B` has capitals\n");
  CHECK(told("custom-property/key", text) ==
        "7:57 custom property `my-key` is not in camelCase\n9:129 vendor `Up` is not in lower case letters, "
        "digits and `-`\n");
  CHECK(told("custom-property/duplicate", text) == "8:107 custom property `x` is given twice\n");
  CHECK(told("ref/definition-url", text) ==
        "7:119 this definition has an empty link\n10:85 the link `/x` works only from where this file is\n");
}

TEST_CASE("products are judged by the rules that they share with contracts") {
  const std::string product =
      "apiVersion: v1.1.0\nkind: DataProduct\nid: p\nversion: 1.0.0\nstatus: active\n"
      "tags: [X]\nteam: {name: t, members: [{username: a, role: engineer}]}\n"
      "outputPorts: [{name: o, version: 1.0.0, contractId: c, customProperties: [{property: a_b, value: "
      "1}]}]\n";
  CHECK(told("tags/case", product) == "6:8 tag `X` has capitals\n");
  CHECK(told("team/no-owner", product) == "7:14 nobody in the team is its owner\n");
  CHECK(told("custom-property/key", product) == "8:86 custom property `a_b` is not in camelCase\n");
  CHECK(told("description/missing", product) == "1:1 nothing says what this is for\n");
  CHECK(told("name/missing", product) == "1:1 the document has no name\n");
  CHECK(told("domain/missing", product) == "1:1 the document names no domain\n");
  CHECK(told("id/not-uuid", product) == "3:5 id `p` is no UUID\n");
}

TEST_CASE("names are compared with the styles of the mesh, else with the usual ones") {
  const std::string text = contract("{name: orderId},\n{name: order_id}");
  CHECK(told("name/convention", text) == "8:8 the name of property `orderId` is not snake_case\n");
  model::Mesh mesh;
  mesh.names = {{"property", "camelCase", {}}, {"object", "[a-m]+", {}}};
  CHECK(test::judge("name/convention", text, mesh).told() ==
        "7:10 the name of object `orders` is not a match of `[a-m]+`\n9:8 the name of property `order_id` is "
        "not camelCase\n");
}

TEST_CASE("variables that end nowhere, are not set, or stand where no text belongs") {
  CHECK(told("var/malformed", with_root("name: ${A} ${B:-x} ${{ y }} $C\ntenant: 'a${'\ndomain: x${}\n")) ==
        "7:11 the variable `${` has no end\n8:10 `${}` names no variable\n");
  CHECK(told("var/malformed", contract("{name: a, logicalTypeOptions: {pattern: '^${'}, quality: [{type: "
                                       "sql, query: '${', mustBe: 1}]}")) == "");
  model::Mesh mesh;
  mesh.variables = std::vector<std::string>{"HOST"};
  CHECK(
      test::judge("var/unset", with_root("name: ${HOST} ${HOTS}\ntenant: ${X:-y} ${env.Z}\n"), mesh).told() ==
      "6:15 variable `HOTS` is not set and has no default\n");
  CHECK(told("var/unset", with_root("name: ${HOTS}\n")) == "");
  // Told once, as the cause.
  const auto in_flag =
      test::judge("*", contract("{name: a, logicalType: string, required: '${R}', unique: 'x'}"));
  std::string rules;
  for (const Finding& finding : in_flag.findings)
    if (finding.level == Level::error) rules += std::string(finding.rule) + " ";
  CHECK(rules == "var/in-non-string schema/type ");
}

TEST_CASE("documents of the wrong shape are the schema's to tell, and no rule stumbles over them") {
  for (const char* const text :
       {"schema: {a: 1}\n", "schema: [1, [], null, {name: [x], properties: {a: b}}]\n",
        "team: x\nroles: [1]\nservers: {}\n",
        "schema: [{name: o, properties: [{name: {}, logicalType: [], physicalType: 1, primaryKey: x, "
        "primaryKeyPosition: a, examples: {}, enum: x, "
        "logicalTypeOptions: [1], quality: {}, items: 1, map: [], tags: x, customProperties: {}, "
        "classification: [a], relationships: x}]}]\n",
        "schema: [{name: o, properties: [{name: p, logicalType: map, map: {key: 1}}, {name: q, "
        "logicalTypeOptions: {pattern: 1, minimum: [], maximum: x}}]}]\n",
        "slaProperties: [{property: 1, value: []}, {property: latency, value: {}}]\nsupport: [{channel: "
        "[]}]\ntags: {}\n",
        "schema: [{name: o, quality: [{type: 1, query: [], mustBeBetween: [a, {}], scheduler: cron, "
        "schedule: 5}]}]\n",
        "customProperties: [{property: []}, 1]\nauthoritativeDefinitions: [{url: {}}, x]\ndescription: "
        "[x]\nteam: {members: [{username: [], dateIn: 1, dateOut: 2}]}\n"})
    CHECK_NOTHROW(test::judge("*", with_root(text)));
}

TEST_CASE("a rule that a domain switches on runs in that domain only, whatever the number of threads") {
  const test::TempFolder folder;
  const auto write = [&](const std::string& path, const std::string& text) {
    const std::string whole = folder / path;
    REQUIRE(make_folders(whole.substr(0, whole.rfind('/'))));
    REQUIRE(create_file(whole, text));
  };
  write("mesh.yaml", "apiVersion: mesh/v1\nkind: Mesh\nname: shop\nvariables: {HOST: x}\n");
  for (const char* const domain : {"care", "sales"}) {
    write(
        std::string(domain) + "/domain.yaml",
        "apiVersion: mesh/v1\nkind: Domain\nname: " + std::string(domain) +
            (std::string_view(domain) == "sales" ? "\nrules: {team/missing: error, tags/*: note}\n" : "\n"));
    for (int i = 0; i < 20; ++i)
      write(std::string(domain) + "/c" + std::to_string(i) + ".odcs.yaml",
            contract("{name: a, tags: [x, x]}") + "name: ${HOTS}\n");
  }
  const auto told_with = [&](unsigned jobs) {
    workspace::Options options;
    options.paths = {folder.path()};
    options.jobs = jobs;
    options.on_document = rules::document_hook({});
    auto workspace = workspace::load(options);
    REQUIRE(workspace);
    std::string text;
    for (const Finding& finding : rules::run(*workspace, {}, jobs))
      text += workspace->files[finding.at.file].key + " " + std::string(name_of(finding.level)) + " " +
              std::string(finding.rule) + "\n";
    return text;
  };
  const std::string one = told_with(1);
  CHECK(one.find("care/c3.odcs.yaml error team/missing") == std::string::npos);
  CHECK(one.find("sales/c3.odcs.yaml error team/missing") != std::string::npos);
  CHECK(one.find("sales/c3.odcs.yaml note tags/duplicate") != std::string::npos);
  CHECK(one.find("care/c3.odcs.yaml error var/unset") != std::string::npos);
  CHECK(told_with(4) == one);
}
