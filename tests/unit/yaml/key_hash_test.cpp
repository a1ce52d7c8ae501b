#include "core/yaml/key_hash.hpp"

#include "core/yaml/paths.hpp"

#include <doctest.h>

#include <set>
#include <string>

using namespace mesh;
using namespace mesh::yaml;

TEST_CASE("the hash of a key is the same at compile time and at run time") {
  static_assert(key_hash("") == 0);
  static_assert(key_hash("id") != key_hash("di"));
  constexpr uint16_t made[] = {key_hash("a"),     key_hash("ab"),      key_hash("abc"),
                               key_hash("name"),  key_hash("version"), key_hash("physicalName"),
                               key_hash("schéma")};
  const std::string_view texts[] = {"a", "ab", "abc", "name", "version", "physicalName", "schéma"};
  for (size_t i = 0; i < std::size(texts); ++i) CHECK(key_hash(std::string(texts[i])) == made[i]);
}

TEST_CASE("texts are the same when all of their bytes are") {
  for (size_t size = 0; size <= 20; ++size) {
    const std::string text(size, 'a');
    CHECK(same_text(text, std::string(size, 'a')));
    CHECK_FALSE(same_text(text, text + "a"));
    for (size_t at = 0; at < size; ++at) {
      std::string other = text;
      other[at] = 'b';
      CHECK_FALSE(same_text(text, other));
    }
  }
}

TEST_CASE("a key is found among keys of all lengths, and no other") {
  for (const std::string_view syntax : {"fast", "parser", "json"}) {
    CAPTURE(syntax);
    std::string text = syntax == "json" ? "{" : syntax == "parser" ? "---\n" : "";
    std::set<std::string> names;
    for (size_t length = 1; length <= 40; ++length) {
      for (const char letter : {'a', 'b'}) {
        const std::string name =
            std::string(length / 2, 'x') + letter + std::string(length - length / 2, 'y');
        names.insert(name);
        text += syntax == "json" ? (names.size() == 1 ? "\"" : ", \"") + name + "\": 1" : name + ": 1\n";
      }
    }
    if (syntax == "json") text += "}";
    const Source source(syntax == "json" ? "keys.json" : "keys.yaml", text);
    Findings findings;
    const auto documents =
        syntax == "parser" ? read_with_parser(source, findings, {}) : read(source, findings, {});
    REQUIRE(documents.size() == 1);
    for (const std::string& name : names) {
      CHECK(documents[0].root().find(name));
      CHECK_FALSE(documents[0].root().find(name + "z"));
      CHECK_FALSE(documents[0].root().find("z" + name));
    }
  }
}
