// What core/git reads of a hostile repository. The first byte says what the others are: an object, an entry
// of a pack, a delta with its base, an index, or a pack with its index as files.
#include "core/git/formats.hpp"
#include "core/git/index.hpp"
#include "core/git/inflate.hpp"
#include "core/git/layout.hpp"
#include "core/git/pack.hpp"

#include <cstdlib>
#include <fstream>
#include <string>

#include <stdlib.h>
#include <unistd.h>

using namespace mesh::git;

namespace {

constexpr uint64_t kMost = 1u << 20;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_tree(std::string_view bytes, uint8_t id_size) {
  const auto entries = parse_tree(bytes, id_size);
  if (!entries) return;
  for (const TreeEntry& entry : *entries)
    require(!entry.name.empty() && entry.name != ".." && entry.name.find('/') == std::string::npos);
}

void check_index(std::string_view bytes, uint8_t id_size) {
  const auto entries = parse_index(bytes, id_size);
  if (!entries) return;
  for (size_t i = 0; i < entries->size(); ++i) {
    require((*entries)[i].path.front() != '/' && (*entries)[i].path != "..");
    require(i == 0 || (*entries)[i - 1].path < (*entries)[i].path);
  }
}

void check_inflate(std::string_view bytes) {
  Inflater inflater;
  for (const size_t most : {size_t(0), size_t(100), size_t(kMost)}) {
    std::string whole, pieces;
    inflater.start(most);
    const auto state = inflater.feed(bytes, whole);
    inflater.start(most);
    auto in_pieces = Inflater::State::more;
    for (size_t i = 0; i < bytes.size() && in_pieces == Inflater::State::more; ++i)
      in_pieces = inflater.feed(bytes.substr(i, 1), pieces);
    require(state == in_pieces);
    if (state == Inflater::State::done) require(whole == pieces && whole.size() <= most);
  }
}

struct Scratch {
  std::string folder = "/tmp/mesh-fuzz-XXXXXX", stem;
  Scratch() {
    require(::mkdtemp(folder.data()) != nullptr);
    stem = folder + "/pack";
  }
  ~Scratch() { ::rmdir(folder.c_str()); }
};

// The first two bytes: how long the index is.
void check_pack(std::string_view bytes, uint8_t id_size) {
  if (bytes.size() < 2) return;
  const size_t length =
      size_t(static_cast<unsigned char>(bytes[0])) << 8 | static_cast<unsigned char>(bytes[1]);
  bytes.remove_prefix(2);
  static const Scratch kScratch;
  const std::string& stem = kScratch.stem;
  std::ofstream(stem + ".idx", std::ios::binary) << bytes.substr(0, length);
  std::ofstream(stem + ".pack", std::ios::binary) << bytes.substr(std::min(length, bytes.size()));
  if (auto pack = Pack::open(stem, id_size)) {
    for (const std::string& hex : {std::string("00"), std::string("7f"), std::string("ffff")})
      for (const ObjectId& id : pack->starting_with(hex, 20)) {
        const auto offset = pack->find(id);
        if (!offset || !*offset) continue;
        const auto head = pack->head_at(**offset);
        if (head) (void)pack->bytes_at(**offset, *head, kMost);
      }
  }
  ::unlink((stem + ".idx").c_str());
  ::unlink((stem + ".pack").c_str());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const uint8_t id_size = data[0] & 0x80 ? kSha256Size : kSha1Size;
  switch (data[0] & 0x7f) {
    case 'c':
      (void)parse_commit(bytes, id_size);
      (void)parse_tag(bytes, id_size);
      break;
    case 't':
      check_tree(bytes, id_size);
      break;
    case 'l':
      if (const auto head = parse_loose_head(bytes)) require(head->length <= bytes.size());
      break;
    case 'h':
      if (const auto head = parse_packed_head(bytes, id_size)) require(head->length <= bytes.size());
      break;
    case 'd': {
      if (bytes.empty()) break;
      const size_t base = std::min<size_t>(static_cast<unsigned char>(bytes[0]), bytes.size() - 1);
      const auto made = apply_delta(bytes.substr(1, base), bytes.substr(1 + base), kMost);
      if (made) require(made->size() <= kMost);
      break;
    }
    case 'i':
      check_index(bytes, id_size);
      break;
    case 'z':
      check_inflate(bytes);
      break;
    case 'p':
      check_pack(bytes, id_size);
      break;
    case 'g':
      (void)Config(bytes).any_true("remote.", ".promisor");
      break;
    default:
      break;
  }
  return 0;
}
