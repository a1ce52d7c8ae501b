#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

namespace mesh {

// Cores this process may use, at least 1.
unsigned core_count();

// Calls work(0) … work(count - 1), each once, on at most `jobs` threads (0: one per core), fewer when the
// machine gives no more. Each call writes to its own slot, so the outcome never depends on the thread count.
// When one throws, no further is begun, and what it threw comes out of here.
template <class Work>
void for_each_index(size_t count, unsigned jobs, const Work& work) {
  constexpr size_t kMostThreads = 256;
  const size_t threads = std::min({size_t(jobs == 0 ? core_count() : jobs), count, kMostThreads});
  if (threads <= 1) {
    for (size_t i = 0; i < count; ++i) work(i);
    return;
  }
  std::atomic<size_t> next{0};
  std::atomic<bool> failed{false};
  std::exception_ptr failure;
  const auto run = [&] {
    try {
      for (size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      next = count;
      if (!failed.exchange(true)) failure = std::current_exception();
    }
  };
  std::vector<std::thread> helpers;
  helpers.reserve(threads - 1);
  // The default 8 MiB stacks are needed: a parser may recurse to the depth limit.
  try {
    for (size_t i = 1; i < threads; ++i) helpers.emplace_back(run);
  } catch (const std::exception&) {
    // No thread or no memory more: those that run do all of the work.
  }
  run();
  for (std::thread& helper : helpers) helper.join();
  if (failure) std::rethrow_exception(failure);
}

// Calls work(begin, end) for parts of 0 … count, for what is too small to be shared out one by one.
template <class Work>
void for_each_part(size_t count, unsigned jobs, const Work& work) {
  constexpr size_t kPart = 256;
  for_each_index((count + kPart - 1) / kPart, jobs,
                 [&](size_t part) { work(part * kPart, std::min(count, (part + 1) * kPart)); });
}

}  // namespace mesh
