#include "core/base/files.hpp"
#include "core/schema/formats.hpp"
#include "core/schema/schema.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"
#include "tests/unit/source_dir.hpp"

#include <doctest.h>

#include <filesystem>
#include <string>

using namespace mesh;
using namespace mesh::schema;
using yaml::Node;

namespace {

// The official suite's own cases of a format; how many there were.
int run_official(const std::string& draft, const std::string& name) {
  const std::string path = source_dir() + "/tests/corpus/json-schema-test-suite/tests/" + draft +
                           "/optional/format/" + name + ".json";
  if (!is_file(path)) return 0;
  auto bytes = read_file(path);
  REQUIRE(bytes);
  const Source source(path, std::move(*bytes));
  Findings findings;
  const auto documents = yaml::read_json(source, findings);
  REQUIRE(findings.empty());
  const auto format = format_named(name);
  REQUIRE(format);
  int executed = 0;
  const Node groups = documents.front().root();
  for (uint32_t i = 0; i < groups.size(); ++i) {
    const Node tests = *groups.item(i).find("tests");
    for (uint32_t k = 0; k < tests.size(); ++k) {
      const Node data = *tests.item(k).find("data");
      if (!data.is_string()) continue;
      const bool valid = tests.item(k).find("valid")->boolean();
      // What `xn--` encodes is not looked into.
      if (!valid && (data.text().find("xn--") != data.text().npos || data.text().starts_with("XN--")))
        continue;
      const std::string what(tests.item(k).find("description")->text());
      CAPTURE(draft);
      CAPTURE(name);
      CAPTURE(what);
      CHECK(has_format(*format, data.text()) == valid);
      ++executed;
    }
  }
  return executed;
}

struct Value {
  explicit Value(std::string json) : source("value.json", std::move(json)) {
    Findings findings;
    documents = yaml::read_json(source, findings);
    REQUIRE(findings.empty());
  }
  Node root() const { return documents.front().root(); }
  Source source;
  std::vector<yaml::Document> documents;
};

std::string told(std::string_view schema, const std::string& json, Formats formats) {
  const auto compiled = compile(schema);
  REQUIRE(compiled);
  const Value value(json);
  std::string text;
  for (const Violation& violation : validate(*compiled, value.root(), formats))
    text += violation.keyword + (violation.by_format ? "? " : " ");
  return text;
}

}  // namespace

TEST_CASE("formats: the official cases of every format that is judged") {
  int executed = 0;
  for (const std::string name : {"date-time", "date", "time", "uri", "uri-reference", "email", "uuid",
                                 "hostname", "ipv4", "ipv6", "json-pointer", "regex"})
    for (const std::string draft : {"draft7", "draft2019-09", "draft2020-12"}) {
      const int ran = run_official(draft, name);
      if (draft == "draft2020-12") CHECK(ran > 0);
      executed += ran;
    }
  CHECK(executed > 500);
}

TEST_CASE("formats: names that are not known are annotations") {
  CHECK_FALSE(format_named("version"));
  CHECK_FALSE(format_named("Date"));
  CHECK(told(R"({"format": "fqn"})", R"("x y")", Formats::strict).empty());
}

TEST_CASE("formats: a value of the wrong form is valid, and told when formats are judged") {
  constexpr std::string_view kDate = R"({"format": "date"})";
  CHECK(is_valid(*compile(kDate), Value(R"("31.1.2024")").root()));
  CHECK(told(kDate, R"("31.1.2024")", Formats::ignored).empty());
  CHECK(told(kDate, R"("31.1.2024")", Formats::lenient) == "format? ");
  CHECK(told(kDate, R"("2024-01-31")", Formats::strict).empty());
  CHECK(told(kDate, "31", Formats::strict).empty());
}

TEST_CASE("formats: text that stands for other text is not judged") {
  constexpr std::string_view kUri = R"({"format": "uri"})";
  constexpr auto kPath = R"("s3://bucket/{model}/*.json")";
  CHECK(told(kUri, kPath, Formats::lenient).empty());
  CHECK(told(kUri, kPath, Formats::strict) == "format? ");
  CHECK(told(kUri, R"("${LOCATION}/orders")", Formats::strict).empty());
  CHECK(told(kUri, R"("${LOCATION")", Formats::lenient) == "format? ");
  CHECK(told(R"({"format": "regex"})", R"("a{2}(")", Formats::lenient) == "format? ");
}

TEST_CASE("formats: a branch that another one makes up for is not told") {
  constexpr std::string_view kEither = R"({"anyOf": [{"format": "date"}, {"format": "date-time"}]})";
  CHECK(told(kEither, R"("2024-01-31T12:00:00Z")", Formats::strict).empty());
  CHECK_FALSE(told(kEither, R"("soon")", Formats::strict).empty());
  CHECK(told(R"({"if": {"format": "date"}, "then": {"maxLength": 3}})", R"("soon")", Formats::strict) ==
        "maxLength ");
}

TEST_CASE("formats: what the schema refuses is told apart from what a format only names") {
  constexpr std::string_view kBoth =
      R"({"properties": {"a": {"type": "integer"}, "b": {"format": "email"}, "c": {"format": "uri"}}})";
  CHECK(told(kBoth, R"({"a": "x", "b": "y", "c": "z:z"})", Formats::lenient) == "type format? ");
}
