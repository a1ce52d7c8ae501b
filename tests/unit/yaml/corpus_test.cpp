#include "tests/unit/yaml/corpus.hpp"
#include "tests/unit/yaml/told.hpp"

#include "core/base/utf8.hpp"
#include "core/yaml/reader.hpp"

#include <doctest.h>

#include <algorithm>

using namespace mesh;

namespace {

// Every promise that tree.hpp makes about places.
void check_places(const Source& source, yaml::Node node, Span within) {
  const Span span = node.span();
  REQUIRE(span.begin <= span.end);
  REQUIRE(within.begin <= span.begin);
  REQUIRE(span.end <= within.end);
  const std::string_view written = source.bytes().substr(span.begin, span.end - span.begin);
  if (!written.empty() && written.front() == '*') return;  // what an alias names has its own place
  switch (node.kind()) {
    case yaml::Kind::mapping: {
      uint32_t end = span.begin;
      for (uint32_t i = 0; i < node.size(); ++i) {
        const Span key = node.key(i).span(), value = node.value(i).span();
        if (key.begin < end) break;  // merged entries come last and stand elsewhere
        check_places(source, node.key(i), span);
        check_places(source, node.value(i), span);
        REQUIRE(key.end <= value.begin);
        end = value.end;
      }
      if (!written.starts_with('{')) CHECK(span.end == end);
      break;
    }
    case yaml::Kind::sequence: {
      uint32_t end = span.begin;
      for (uint32_t i = 0; i < node.size(); ++i) {
        check_places(source, node.item(i), span);
        REQUIRE(end <= node.item(i).span().begin);
        end = node.item(i).span().end;
      }
      CHECK(std::string("[-").find(written.front()) != std::string::npos);
      if (written.front() == '[') CHECK(written.back() == ']');
      break;
    }
    default:
      CHECK_FALSE(utf8::first_invalid(node.text()));
      if (written.empty())
        CHECK(node.is_null());
      else if (written.front() == '"' || written.front() == '\'')
        CHECK(written.back() == written.front());
      else if (written.front() != '|' && written.front() != '>' && written.find('\n') == written.npos)
        CHECK(written == node.text());
  }
}

}  // namespace

TEST_CASE("every yaml case of the invalid corpus gives its rule at its place and nothing else") {
  size_t cases = 0;
  for (const auto& row : corpus::table("invalid/index.tsv")) {
    if (row.at("stage") == "mesh") continue;
    CAPTURE(row.at("case"));
    const Source source(row.at("file"), corpus::bytes("invalid/" + row.at("file")));
    Findings findings;
    const auto documents = yaml::read(source, findings);
    if (row.at("stage") != "yaml") {
      CHECK(told(source, findings, Level::warning).empty());
      CHECK(documents.size() == 1);
      continue;
    }
    ++cases;
    CHECK(told(source, findings, Level::warning) ==
          row.at("line") + ":" + row.at("col") + " " + row.at("rule") + "\n");
    const bool readable =
        row.at("rule") == "yaml/duplicate-key" || row.at("rule") == "yaml/multiple-documents";
    CHECK(documents.empty() == !readable);
  }
  CHECK(cases == 5);
}

TEST_CASE("every yaml trap gives its rule on its line and the others are read") {
  for (const auto& row : corpus::table("traps/EXPECT.tsv")) {
    const std::string& file = row.at("file");
    if (file.starts_with("p0")) continue;
    CAPTURE(file);
    const Source source(file, corpus::bytes("traps/" + file));
    Findings findings;
    yaml::read(source, findings);
    const std::string errors = told(source, findings, Level::error);
    if (!row.at("rule").starts_with("yaml/")) {
      CHECK(errors.empty());
      continue;
    }
    REQUIRE(errors.find('\n') + 1 == errors.size());
    CHECK(errors.starts_with(row.at("line") + ":"));
    CHECK(errors.ends_with(" " + row.at("rule") + "\n"));
  }
}

TEST_CASE("real documents are read as their index says, with exact places") {
  size_t documents_read = 0;
  for (const auto& row : corpus::table("real/index.tsv")) {
    const std::string& file = row.at("file");
    CAPTURE(file);
    const Source source(file, corpus::bytes("real/" + file));
    REQUIRE(!source.bytes().empty());
    Findings findings;
    const auto documents = yaml::read(source, findings);
    const std::string errors = told(source, findings, Level::error);
    std::string place = row.at("line") + ":" + row.at("col");
    // The index has where libyaml noticed; the text that must change stands two lines above.
    if (file.find("datacontract-inline") != file.npos && place == "28:3") place = "26:9";
    if (row.at("expected") == "yaml-error")
      CHECK(errors == place + " yaml/syntax\n");
    else if (row.at("expected") == "duplicate-key")
      CHECK(errors == place + " yaml/duplicate-key\n");
    else
      CHECK(errors.empty());
    for (const auto& document : documents) {
      ++documents_read;
      check_places(source, document.root(), {0, static_cast<uint32_t>(source.bytes().size())});
    }
  }
  CHECK(documents_read > 300);
}
