#include "core/schema/schema.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"

#include <doctest.h>

#include <fmt/format.h>

#include <thread>

using namespace mesh;
using namespace mesh::schema;

namespace {

struct Value {
  explicit Value(std::string json) : source("value.json", std::move(json)) {
    Findings findings;
    documents = yaml::read_json(source, findings);
    REQUIRE(findings.empty());
  }
  yaml::Node root() const { return documents.front().root(); }
  Source source;
  std::vector<yaml::Document> documents;
};

// "keyword@column name" of each violation.
std::string told(std::string_view schema, const std::string& json) {
  const auto compiled = compile(schema);
  REQUIRE_MESSAGE(compiled, compiled.error().message);
  const Value value(json);
  std::string text;
  for (const Violation& violation : validate(*compiled, value.root())) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{}@{}", violation.keyword, value.source.position(violation.at.begin).column);
    if (!violation.name.empty()) text += " " + violation.name;
  }
  return text;
}

std::string refused(std::string_view schema) {
  const auto compiled = compile(schema);
  REQUIRE_FALSE(compiled);
  CHECK(compiled.error().fault == Fault::usage);
  return compiled.error().message;
}

bool holds(std::string_view schema, const std::string& json) {
  const auto compiled = compile(schema);
  REQUIRE_MESSAGE(compiled, compiled.error().message);
  return is_valid(*compiled, Value(json).root());
}

}  // namespace

TEST_CASE("schema: a property that several subschemas know fits all of them") {
  constexpr std::string_view kSchema =
      R"({"properties": {"a": {"minLength": 2}}, "$ref": "#/$defs/text",
          "allOf": [{"properties": {"a": {"maxLength": 3}, "b": true}}],
          "$defs": {"text": {"properties": {"a": {"type": "string"}, "b": false}}}})";
  CHECK(holds(kSchema, R"({"a": "xyz"})"));
  for (const char* wrong : {R"({"a": 1})", R"({"a": "x"})", R"({"a": "wxyz"})", R"({"b": 1})"})
    CHECK_FALSE(holds(kSchema, wrong));
}

TEST_CASE("schema: what is merely required is not known") {
  CHECK_FALSE(holds(R"({"required": ["a"], "additionalProperties": false})", R"({"a": 1})"));
  constexpr std::string_view kSchema =
      R"({"required": ["a", "b"], "properties": {"b": {}, "c": {}}, "unevaluatedProperties": {"type": "null"}})";
  CHECK(holds(kSchema, R"({"a": null, "b": 1})"));
  CHECK_FALSE(holds(kSchema, R"({"a": 1, "b": 1})"));
  CHECK_FALSE(holds(kSchema, R"({"b": 1, "c": 1})"));
}

TEST_CASE("schema: what closes a mapping goes by its own subschema") {
  constexpr std::string_view kAdditional =
      R"({"properties": {"b": {}}, "allOf": [{"properties": {"a": {}}, "additionalProperties": false}]})";
  constexpr std::string_view kUnevaluated =
      R"({"properties": {"b": {}}, "allOf": [{"properties": {"a": {}}, "unevaluatedProperties": false}]})";
  for (const std::string_view schema : {kAdditional, kUnevaluated}) {
    CHECK(holds(schema, R"({"a": 1})"));
    CHECK_FALSE(holds(schema, R"({"a": 1, "b": 1})"));
  }
}

TEST_CASE("schema: any number of names may be required") {
  std::string names = R"("n0")", members = R"("n0": 0)";
  for (int i = 1; i < 70; ++i) {
    names += fmt::format(R"(, "n{}")", i);
    members += fmt::format(R"(, "n{}": {})", i, i);
  }
  const std::string schema = fmt::format(R"({{"properties": {{"n1": {{}}}}, "required": [{}]}})", names);
  CHECK(holds(schema, "{" + members + "}"));
  CHECK_FALSE(holds(schema, "{" + members.substr(0, members.rfind(',')) + "}"));
}

TEST_CASE("schema: a large schema may be referred to from everywhere") {
  std::string known = R"("n": {"type": "string"})", users = R"("u": {})";
  for (int i = 0; i < 1000; ++i) {
    known += fmt::format(R"(, "n{}": {{}})", i);
    users += fmt::format(R"(, "u{}": {{"$ref": "#/$defs/large", "required": ["n"]}})", i);
  }
  const std::string schema = fmt::format(
      R"({{"properties": {{{}}}, "$defs": {{"large": {{"properties": {{{}}}}}}}}})", users, known);
  for (const char* user : {"u0", "u999"}) {
    CHECK(holds(schema, fmt::format(R"({{"{}": {{"n": "x"}}}})", user)));
    CHECK_FALSE(holds(schema, fmt::format(R"({{"{}": {{"n": 1}}}})", user)));
    CHECK_FALSE(holds(schema, fmt::format(R"({{"{}": {{"n1": "x"}}}})", user)));
  }
}

TEST_CASE("schema: each of very many properties is found") {
  constexpr int kMany = 40'000;
  std::string properties = R"("n0": {"type": "integer"})";
  for (int i = 1; i < kMany; ++i) properties += fmt::format(R"(, "n{}": {{"type": "string"}})", i);
  const std::string schema =
      fmt::format(R"({{"properties": {{{}}}, "additionalProperties": false}})", properties);
  CHECK(holds(schema, fmt::format(R"({{"n0": 1, "n1": "x", "n{}": "x"}})", kMany - 1)));
  CHECK_FALSE(holds(schema, R"({"n0": "x"})"));
  CHECK_FALSE(holds(schema, fmt::format(R"({{"n{}": 1}})", kMany - 1)));
  CHECK_FALSE(holds(schema, fmt::format(R"({{"n{}": 1}})", kMany)));
}

TEST_CASE("schema: a reference may lead into what is no schema itself") {
  constexpr std::string_view kSchema =
      R"({"$ref": "#/$defs/Sources/S3", "$defs": {"Sources": {"S3": {"required": ["location"]}, "type": {}}}})";
  CHECK(holds(kSchema, R"({"location": 1})"));
  CHECK_FALSE(holds(kSchema, "{}"));
}

TEST_CASE("schema: beside a reference other keywords count, except in draft 7") {
  const std::string schema = R"({"$ref": "#/definitions/any", "type": "string", "definitions": {"any": {}}})";
  const Value value("1");
  CHECK_FALSE(is_valid(*compile(schema, Draft::draft2019_09), value.root()));
  CHECK(is_valid(*compile(schema, Draft::draft7), value.root()));
}

TEST_CASE("schema: what is wrong with a schema is said with its place") {
  CHECK(refused("{") ==
        "1:2: the schema is no JSON: expected a name in double quotes, found the end of the file");
  CHECK(refused(R"({"$ref": "#/nowhere"})") == "1:10: `$ref` leads nowhere: `#/nowhere`");
  CHECK(refused(R"({"$ref": "https://example.com/other"})") ==
        "1:10: `$ref` leads nowhere: `https://example.com/other`");
  CHECK(refused(R"x({"pattern": "a(?=b)"})x") ==
        "1:13: the pattern `a(?=b)` does not compile: lookahead is not supported");
  CHECK(refused(R"x({"pattern": "(a)\\1"})x") ==
        "1:13: the pattern `(a)\\1` does not compile: a back-reference is not supported");
  CHECK(refused(R"({"pattern": "("})").starts_with("1:13: the pattern `(` does not compile: "));
  CHECK(refused(R"({"type": "text"})") == "1:10: `text` is no type");
  CHECK(refused(R"({"required": "id"})") == "1:14: `required` must be a list of names");
  CHECK(refused(R"({"minLength": -1})") == "1:15: `minLength` must be a whole number, not below 0");
  CHECK(refused(R"({"allOf": []})") == "1:11: `allOf` must be a list of schemas");
  CHECK(refused(R"({"items": 3})") == "1:11: a schema must be a mapping or a boolean, not an integer");
  CHECK(refused("[]") == "1:1: a schema must be a mapping or a boolean, not a list");
  CHECK(refused(R"({"$schema": "http://json-schema.org/draft-04/schema#"})") ==
        "1:13: `$schema` names no draft that is known: `http://json-schema.org/draft-04/schema#`");
}

TEST_CASE("schema: what would change the meaning is refused, not passed over") {
  CHECK(refused(R"({"items": {"$dynamicRef": "#a"}})") == "1:12: `$dynamicRef` is not supported");
  CHECK(refused(R"({"items": {"$recursiveRef": "#"}})") == "1:12: `$recursiveRef` is not supported");
  CHECK(refused(R"({"$schema": "https://example.com/meta"})") ==
        "1:13: `$schema` names no draft that is known: `https://example.com/meta`");
  CHECK(refused(R"({"$schema": 7})") == "1:13: `$schema` names no draft that is known: `7`");
  // Names of properties are no keywords, and what nothing leads to is not looked at.
  CHECK(holds(R"({"properties": {"$dynamicRef": {}}, "$defs": {"a": {"$dynamicRef": "#a"}}})", "{}"));
  CHECK(compile(R"({"$ref": "https://example.com/other"})").error().help ==
        "it names another document, and nothing is fetched");
}

TEST_CASE("schema: a schema may be kept as YAML, and its faults are told with the path") {
  const auto schema =
      compile_file("a.schema.yaml", "$defs:\n  Id: {$anchor: id, type: string}\nitems: {$ref: '#id'}\n");
  REQUIRE(schema);
  CHECK(is_valid(*schema, Value(R"(["a"])").root()));
  CHECK_FALSE(is_valid(*schema, Value("[1]").root()));
  const auto message = [](std::string path, std::string text) {
    const auto compiled = compile_file(std::move(path), std::move(text));
    REQUIRE_FALSE(compiled);
    CHECK(compiled.error().fault == Fault::usage);
    return compiled.error().message;
  };
  CHECK(message("a.yaml", "type: string\nitems: 3\n") ==
        "a.yaml:2:8: a schema must be a mapping or a boolean, not an integer");
  CHECK(message("a.json", "type: string").starts_with("a.json:1:1: the schema is no JSON: "));
  CHECK(message("a.yaml", "type: [\n").find(": the schema is no YAML: ") != std::string::npos);
  CHECK(message("a.yaml", "{}\n---\n{}\n") == "a.yaml:3:1: a schema is one document, this is another");
}

TEST_CASE("schema: conditions on one property lead to its value at once") {
  // Of many conditions, one is met; beside them stands another branch, and one condition allows a missing
  // key.
  std::string branches;
  for (const char* type : {"a", "b", "c", "d"})
    branches += fmt::format(
        R"({{"if": {{"properties": {{"type": {{"const": "{0}"}}}}, "required": ["type"]}},
             "then": {{"required": ["{0}"], "properties": {{"{0}": {{"type": "integer"}}}}}}}},)",
        type);
  const std::string closed = fmt::format(
      R"({{"allOf": [{}{{"properties": {{"id": true}}}}], "unevaluatedProperties": false}})", branches);
  CHECK(told(closed, R"({"type": "b", "b": 1, "id": 2})").empty());
  CHECK(told(closed, R"({"type": "b", "b": "x"})") == "type@20");
  CHECK(told(closed, R"({"type": "b"})") == "required@2 b");
  CHECK(told(closed, R"({"type": "b", "b": 1, "a": 2})") == "unevaluatedProperties@23 a");
  CHECK(told(closed, R"({"id": 2})").empty());
  CHECK(told(closed, R"({"type": "e"})") == "unevaluatedProperties@2 type");
  const std::string open = fmt::format(
      R"({{"allOf": [{}{{"if": {{"properties": {{"type": {{"enum": ["a", "x"]}}}}}}, "then": {{"required": ["y"]}}}}]}})",
      branches);
  CHECK(told(open, R"({"id": 2})") == "required@2 y");
  CHECK(told(open, R"({"type": "a", "y": 1})") == "required@2 a");
  CHECK(told(open, R"({"type": "x"})") == "required@2 y");
  CHECK(told(open, "3").empty());
}

TEST_CASE("schema: a long enum is looked up, and knows no value of another kind") {
  constexpr std::string_view kNames = R"({"enum": ["a", "b", "c", "d", "e", "1"]})";
  CHECK(holds(kNames, R"("e")"));
  CHECK(holds(kNames, R"("1")"));
  CHECK_FALSE(holds(kNames, "1"));
  CHECK_FALSE(holds(kNames, R"("f")"));
  CHECK_FALSE(holds(kNames, R"([])"));
}

TEST_CASE(
    "schema: a schema that comes back to itself on the same value is refused, one that goes deeper is not") {
  const std::string kCircle = ": a schema refers to itself without going deeper into the value";
  CHECK(refused(R"({"$ref": "#"})") == "1:1" + kCircle);
  CHECK(refused(R"({"allOf": [{"anyOf": [{"$ref": "#"}]}]})") == "1:1" + kCircle);
  CHECK(
      refused(
          R"({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"not": {"$ref": "#/$defs/a"}}}})") ==
      "1:38" + kCircle);
  constexpr std::string_view kTree = R"({"type": "object", "additionalProperties": {"$ref": "#"}})";
  CHECK(holds(kTree, R"({"a": {"b": {}}})"));
  CHECK(told(kTree, R"({"a": {"b": 1}})") == "type@13");
}

TEST_CASE("schema: a long chain of references is refused, not followed until the stack ends") {
  std::string schema = R"({"$ref": "#/$defs/d0", "$defs": {)";
  for (int i = 0; i < 28; ++i)
    schema += fmt::format(R"("d{0}": {{"anyOf": [{{"$ref": "#/$defs/d{1}"}}, {{"$ref": "#/$defs/d{1}"}}]}},)",
                          i, i + 1);
  schema += R"("d28": {"type": "string"}}})";
  CHECK_FALSE(holds(schema, "1"));
  CHECK(told(schema, "1") == "anyOf@1");
}

TEST_CASE("schema: patterns mean what ECMA says, found anywhere") {
  const auto matches = [](const std::string& pattern, const std::string& text) {
    return holds(fmt::format(R"({{"pattern": "{}"}})", pattern), '"' + text + '"');
  };
  CHECK(matches("b", "abc"));
  CHECK_FALSE(matches("^b", "abc"));
  CHECK(matches(R"(^a\\/b\\-c$)", "a/b-c"));
  CHECK(matches(R"(^\\s$)", "\u00a0"));
  CHECK_FALSE(matches(R"(^[^\\s]$)", "\u2003"));
  CHECK(matches(R"(^[\\S]$)", "x"));
  CHECK_FALSE(matches(R"(^[\\S]$)", " "));
  CHECK(matches(R"(^\\u00e9$)", "\u00e9"));
  CHECK(matches(R"(^\\ud83d\\ude00$)", "\U0001f600"));
  CHECK(matches(R"(^[[a]$)", "["));
  CHECK(matches(R"(^(?<year>\\d{4})$)", "2024"));
  CHECK(matches(R"(^\\cA$)", "\\u0001"));
  CHECK(matches("^[^]$", "x"));
  CHECK_FALSE(matches("[]", "x"));
}

TEST_CASE("schema: numbers are compared as they are written") {
  CHECK(holds(R"({"multipleOf": 0.0001})", "0.0075"));
  CHECK_FALSE(holds(R"({"multipleOf": 0.0001})", "0.00751"));
  CHECK(holds(R"({"multipleOf": 1e-8})", "12391239123"));
  CHECK(holds(R"({"type": "integer"})", "1.0"));
  CHECK_FALSE(holds(R"({"type": "integer"})", "1.5"));
  CHECK_FALSE(holds(R"({"maximum": 9007199254740992})", "9007199254740993"));
  CHECK(holds(R"({"const": 1.0})", "1"));
}

TEST_CASE("schema: an unknown key is told although something else is wrong, an echo is not") {
  constexpr std::string_view kServer = R"({
    "properties": {"type": {"enum": ["db", "file"]}},
    "allOf": [
      {"if": {"properties": {"type": {"const": "db"}}, "required": ["type"]},
       "then": {"properties": {"host": {"type": "string"}, "port": {"type": "integer"}}, "required": ["host"]}},
      {"if": {"properties": {"type": {"const": "file"}}, "required": ["type"]},
       "then": {"properties": {"path": {"type": "string"}}}}],
    "unevaluatedProperties": false})";
  CHECK(told(kServer, R"({"type": "db", "host": "x", "port": 1})") == "");
  CHECK(told(kServer, R"({"type": "db", "host": "x", "port": "1"})") == "type@37");
  CHECK(told(kServer, R"({"type": "db", "port": 1})") == "required@2 host");
  CHECK(told(kServer, R"({"type": "db", "port": 1, "prot": 2})") ==
        "required@2 host, unevaluatedProperties@27 prot");
  CHECK(told(kServer, R"({"type": "bd", "host": "x", "port": 1})") == "enum@10");
  CHECK(told(kServer, R"({"type": "db", "host": "x", "path": "p"})") == "unevaluatedProperties@29 path");
  CHECK(told(kServer, R"({"host": "x"})") == "unevaluatedProperties@2 host");
}

TEST_CASE("schema: of several forms the one that was meant is judged") {
  constexpr std::string_view kTeam = R"({"oneOf": [
    {"type": "object", "properties": {"members": {"type": "array"}}, "additionalProperties": false},
    {"type": "array", "items": {"required": ["username"]}}]})";
  CHECK(told(kTeam, R"({"members": 1})") == "type@13");
  CHECK(told(kTeam, R"([{"name": "x"}])") == "required@3 username");
  CHECK(told(kTeam, "1") == "oneOf@1");
  constexpr std::string_view kOperators = R"({"oneOf": [
    {"required": ["mustBe"]},
    {"properties": {"mustBeBetween": {"minItems": 2}}, "required": ["mustBeBetween"]},
    {"properties": {"mustBeLessThan": {"type": "number"}}, "required": ["mustBeLessThan"]}]})";
  CHECK(told(kOperators, R"({"mustBeBetween": [1]})") == "minItems@19");
  CHECK(told(kOperators, R"({"mustBeLessThan": "x"})") == "type@20");
  CHECK(told(kOperators, R"({"metric": "x"})") == "oneOf@1");
  CHECK(told(kOperators, R"({"mustBe": 1, "mustBeLessThan": 2})") == "oneOf@1 several");
  constexpr std::string_view kKinds = R"({"anyOf": [
    {"properties": {"kind": {"const": "a"}, "size": {"type": "integer"}}},
    {"properties": {"kind": {"const": "b"}, "size": {"type": "string"}}}]})";
  CHECK(told(kKinds, R"({"kind": "b", "size": 1})") == "type@23");
  CHECK(told(R"({"oneOf": [{"const": "a"}, {"const": "b"}]})", R"("c")") == "enum@1");
}

TEST_CASE("schema: a key that must not be there is pointed at, a missing one at the first key") {
  CHECK(told(R"({"not": {"required": ["from"]}})", R"({"to": 1, "from": 2})") == "not@11 from");
  CHECK(told(R"({"properties": {"a": false}})", R"({"b": 1, "a": 2})") == "false@10 a");
  CHECK(told(R"({"required": ["a", "b"]})", R"( {"c": 1})") == "required@3 a, required@3 b");
  CHECK(told(R"({"required": ["a"]})", " {}") == "required@2 a");
  CHECK(told(R"({"dependentRequired": {"a": ["b"]}})", R"({"a": 1})") == "dependentRequired@2 b");
  CHECK(told(R"({"propertyNames": {"pattern": "^[a-z]+$"}})", R"({"a": 1, "B": 2})") == "pattern@10");
}

TEST_CASE("schema: a schema of the registry is found by its address, and never fetched") {
  Registry registry;
  REQUIRE(registry.add("https://example.com/item.json", R"({"type": "string"})"));
  const auto schema = compile(R"({"$id": "https://example.com/list.json", "items": {"$ref": "item.json"}})",
                              Draft::draft2020_12, &registry);
  REQUIRE(schema);
  CHECK(is_valid(*schema, Value(R"(["a"])").root()));
  CHECK_FALSE(is_valid(*schema, Value("[1]").root()));
  CHECK_FALSE(registry.add("https://example.com/#part", "{}"));
}

TEST_CASE("schema: one compiled schema serves many threads") {
  const auto schema = compile(R"({"items": {"pattern": "^[a-z]+$"}, "uniqueItems": true})");
  const Value good(R"(["a", "b"])"), bad(R"(["a", "B"])");
  std::vector<std::thread> threads;
  std::array<bool, 4> fine{};
  for (size_t i = 0; i < fine.size(); ++i)
    threads.emplace_back(
        [&, i] { fine[i] = is_valid(*schema, good.root()) && !is_valid(*schema, bad.root()); });
  for (std::thread& thread : threads) thread.join();
  for (const bool one : fine) CHECK(one);
}
