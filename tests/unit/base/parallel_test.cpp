#include "core/base/parallel.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

TEST_CASE("parallel: every index comes once, whatever the number of threads") {
  for (const unsigned jobs : {0u, 1u, 2u, 7u}) {
    std::vector<int> seen(1000);
    mesh::for_each_index(seen.size(), jobs, [&](size_t i) { ++seen[i]; });
    CHECK(seen == std::vector<int>(1000, 1));
    mesh::for_each_part(seen.size(), jobs, [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) ++seen[i];
    });
    CHECK(seen == std::vector<int>(1000, 2));
  }
}

TEST_CASE("parallel: what one call throws comes out, once all threads are done") {
  for (const unsigned jobs : {1u, 2u, 7u}) {
    std::atomic<int> begun{0}, done{0};
    const auto work = [&](size_t i) {
      ++begun;
      if (i == 5) throw std::runtime_error("five");
      ++done;
    };
    CHECK_THROWS_WITH(mesh::for_each_index(1'000'000, jobs, work), "five");
    CHECK(begun == done + 1);
    if (jobs == 1) CHECK(done == 5);
  }
}
