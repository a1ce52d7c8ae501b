#include "core/base/pieces.hpp"

#include <doctest.h>

#include <string>
#include <vector>

namespace mesh {
namespace {

Pieces pieces_of(const std::vector<std::string>& texts) {
  uint64_t size = 0;
  for (const std::string& text : texts) size += text.size();
  return {texts.size(), size, [texts](size_t number) { return texts[number]; }};
}

std::string read(PiecesReader& reader, size_t at_once) {
  std::string all, room(at_once, '\0');
  while (const size_t count = reader.read(room.data(), at_once)) all.append(room, 0, count);
  return all;
}

}  // namespace

TEST_CASE("pieces: they are read as one text, however much is taken at once") {
  const std::vector<std::vector<std::string>> texts{
      {}, {""}, {"a"}, {"ab", "", "cde", ""}, {"", std::string(100'000, 'x'), "y"}};
  for (const auto& parts : texts) {
    const Pieces pieces = pieces_of(parts);
    std::string all;
    for (const std::string& part : parts) all += part;
    CHECK(pieces.size() == all.size());
    CHECK((pieces.all() == all));
    for (const size_t at_once : {1, 2, 7, 65536}) {
      PiecesReader reader(pieces);
      CHECK((read(reader, at_once) == all));
      CHECK(read(reader, at_once).empty());
      reader.rewind();
      CHECK((read(reader, at_once) == all));
    }
    CHECK(pieces.is(all));
    CHECK_FALSE(pieces.is(all + "x"));
    if (!all.empty()) CHECK_FALSE(pieces.is(all.substr(1)));
  }
}

TEST_CASE("pieces: a reader that is taken back in the midst begins anew") {
  const Pieces pieces = pieces_of({"one", "two"});
  PiecesReader reader(pieces);
  char room[4];
  CHECK(reader.read(room, 2) == 2);
  reader.rewind();
  CHECK(read(reader, 64) == "onetwo");
}

TEST_CASE("pieces: equal length is not equal") {
  const Pieces pieces = pieces_of({"one", "two"});
  CHECK_FALSE(pieces.is("onetwi"));
  CHECK_FALSE(pieces.is("unetwo"));
}

}  // namespace mesh
