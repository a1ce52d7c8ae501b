#include "core/base/slab.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using mesh::Slab;

TEST_CASE("slab: what was taken is aligned, has its head before it, and overlaps nothing") {
  Slab slab;
  struct Taken {
    char* at;
    size_t head, bytes;
    char fill;
  };
  std::vector<Taken> all;
  for (size_t i = 0; i < 3000; ++i) {
    const size_t alignment = size_t{1} << i % 4, head = i % 5, bytes = i % 700 == 699 ? 100'000 : i * 7 % 90;
    char* const at = slab.take(head, bytes, alignment);
    CHECK(reinterpret_cast<uintptr_t>(at) % alignment == 0);
    all.push_back({at, head, bytes, static_cast<char>('a' + i % 26)});
    std::memset(at - head, all.back().fill, head + bytes);
  }
  for (const Taken& taken : all)
    CHECK(std::string(taken.at - taken.head, taken.head + taken.bytes) ==
          std::string(taken.head + taken.bytes, taken.fill));
}

TEST_CASE("slab: what one owner has stays when another goes, and outlives its thread") {
  Slab kept;
  char* at = nullptr;
  std::thread([&] {
    std::optional<Slab> gone(std::in_place);
    std::memset(gone->take(0, 1000, 1), 'x', 1000);
    at = kept.take(0, 1000, 1);
    std::memset(at, 'y', 1000);
    gone.reset();
    for (int i = 0; i < 1000; ++i) std::memset(Slab().take(0, 1000, 1), 'z', 1000);
  }).join();
  CHECK(std::string(at, 1000) == std::string(1000, 'y'));
}
