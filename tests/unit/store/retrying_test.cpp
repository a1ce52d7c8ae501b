#include "core/store/store.hpp"

#include "tests/unit/store/conformance.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

using namespace mesh;
using namespace mesh::store;
using namespace std::chrono_literals;

namespace {

using std::chrono::milliseconds;

enum class Trouble : uint8_t {
  none,
  before,  // temporary, and nothing was done
  after,   // done, and the reply was lost
};

// What the store beside a retrying one saw and did.
struct Log {
  std::mutex mutex;
  std::deque<Trouble> next;  // of writes and, when `reads_too`, of everything; then all is well
  bool reads_too = false;
  uint32_t retry_after = 0;
  std::atomic<unsigned> gets{0}, creates{0}, swaps{0}, lists{0}, removes{0}, probes{0}, writes{0};
  std::function<void()> before_swap;

  Trouble take(bool is_read) {
    const std::lock_guard guard(mutex);
    if (next.empty() || (is_read && !reads_too)) return Trouble::none;
    const Trouble trouble = next.front();
    next.pop_front();
    return trouble;
  }
};

class Faulty final : public Store {
 public:
  Faulty(std::shared_ptr<Store> inner, std::shared_ptr<Log> log)
      : inner_(std::move(inner)), log_(std::move(log)) {}

  std::string url() const override { return "faulty:"; }

  Result<Object> get(std::string_view key, uint64_t limit) override {
    ++log_->gets;
    return act(true, [&] { return inner_->get(key, limit); });
  }
  Result<Created> create(std::string_view key, std::string_view bytes, const Put& put) override {
    ++log_->creates;
    return act(false, [&] {
      auto created = inner_->create(key, bytes, put);
      if (created == Created::now) ++log_->writes;
      return created;
    });
  }
  Result<Token> swap(std::string_view key, const std::optional<Token>& expected, std::string_view bytes,
                     const Put& put) override {
    ++log_->swaps;
    if (log_->before_swap) log_->before_swap();
    return act(false, [&] {
      auto swapped = inner_->swap(key, expected, bytes, put);
      if (swapped) ++log_->writes;
      return swapped;
    });
  }
  Result<std::vector<std::string>> list(std::string_view prefix) override {
    ++log_->lists;
    return act(true, [&] { return inner_->list(prefix); });
  }
  Result<void> remove(std::string_view key) override {
    ++log_->removes;
    return act(false, [&] { return inner_->remove(key); });
  }
  Result<void> probe(std::string_view key, std::string_view bytes) override {
    ++log_->probes;
    return Store::probe(key, bytes);
  }

 private:
  template <class Act>
  auto act(bool is_read, const Act& real) -> decltype(real()) {
    const Trouble trouble = log_->take(is_read);
    if (trouble == Trouble::none) return real();
    if (trouble == Trouble::after) (void)real();
    Error error{Fault::temporary, "no reply", {}};
    error.retry_after = log_->retry_after;
    return tl::unexpected(std::move(error));
  }

  std::shared_ptr<Store> inner_;
  std::shared_ptr<Log> log_;
};

// Passes on to a store that others hold too.
class Shared final : public Store {
 public:
  explicit Shared(std::shared_ptr<Store> inner) : inner_(std::move(inner)) {}
  std::string url() const override { return inner_->url(); }
  Result<Object> get(std::string_view key, uint64_t limit) override { return inner_->get(key, limit); }
  Result<Created> create(std::string_view key, std::string_view bytes, const Put& put) override {
    return inner_->create(key, bytes, put);
  }
  Result<Token> swap(std::string_view key, const std::optional<Token>& expected, std::string_view bytes,
                     const Put& put) override {
    return inner_->swap(key, expected, bytes, put);
  }
  Result<std::vector<std::string>> list(std::string_view prefix) override { return inner_->list(prefix); }
  Result<void> remove(std::string_view key) override { return inner_->remove(key); }

 private:
  std::shared_ptr<Store> inner_;
};

// A retrying store over a faulty one over memory, with a clock that only sleeping moves.
struct Place {
  std::shared_ptr<Store> inner = memory_store();
  std::shared_ptr<Log> log = std::make_shared<Log>();
  std::atomic<int64_t> now{1000};
  std::mutex mutex;
  std::vector<milliseconds> sleeps, asked;  // asked: what a random wait could at most be
  RetryOptions options;
  std::unique_ptr<Store> store;

  Place() {
    options.now = [this] { return milliseconds(now); };
    options.sleep = [this](milliseconds time) {
      const std::lock_guard guard(mutex);
      sleeps.push_back(time);
      now += time.count();
    };
    options.random = [this](milliseconds most) {
      const std::lock_guard guard(mutex);
      asked.push_back(most);
      return most;
    };
  }

  Store& open() {
    store = retrying_store(std::make_unique<Faulty>(inner, log), options);
    return *store;
  }
  void fail_with(std::initializer_list<Trouble> troubles) { log->next.assign(troubles); }
  void fail_always(Trouble trouble) { log->next.assign(10'000, trouble); }
};

constexpr Put kPut{};
constexpr uint64_t kLimit = 1 << 20;

template <class T>
bool failed(const Result<T>& result, Fault fault) {
  return !result && result.error().fault == fault;
}

}  // namespace

TEST_CASE("store: a retrying store keeps the promises") {
  test::check_store([] {
    const std::shared_ptr<Store> place = memory_store();
    return [place] { return retrying_store(std::make_unique<Shared>(place)); };
  });
}

TEST_CASE("retry: what is temporary is repeated, each call anew, until it works") {
  Place place;
  Store& store = place.open();
  place.log->reads_too = true;
  REQUIRE(place.inner->create("there", "x", kPut));

  place.fail_with({Trouble::before, Trouble::before});
  CHECK(store.get("there", kLimit)->bytes == "x");
  CHECK(place.log->gets == 3);
  place.fail_with({Trouble::before, Trouble::after});
  CHECK(store.list("")->size() == 1);
  CHECK(place.log->lists == 3);
  place.fail_with({Trouble::before, Trouble::after});
  CHECK(store.remove("there"));
  CHECK(place.log->removes == 3);
  place.fail_with({Trouble::before});
  CHECK(store.create("new", "y", kPut) == Created::now);
  CHECK(place.log->creates == 2);
  CHECK(store.url() == "faulty:");
}

TEST_CASE("retry: what is not temporary is not repeated") {
  Place place;
  Store& store = place.open();
  CHECK(failed(store.get("nowhere", kLimit), Fault::not_found));
  CHECK(failed(store.get("../x", kLimit), Fault::usage));
  CHECK(failed(store.swap("k", Token("none"), "x", kPut), Fault::conflict));
  CHECK(place.log->gets == 2);
  CHECK(place.log->swaps == 1);
  CHECK(place.sleeps.empty());
}

TEST_CASE("retry: waits grow to a limit, are random, and their number is limited") {
  Place place;
  place.fail_always(Trouble::before);
  place.log->reads_too = true;
  const auto got = place.open().get("k", kLimit);
  CHECK(failed(got, Fault::temporary));
  CHECK(got.error().message == "no reply (after 8 attempts)");
  CHECK(place.log->gets == 8);
  CHECK(place.asked == std::vector<milliseconds>{100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms});
  CHECK(place.sleeps == place.asked);
}

TEST_CASE("retry: where nobody answers, nothing is tried for ever") {
  Place place;
  Store& store = place.open();
  place.log->reads_too = true;
  place.fail_always(Trouble::before);
  for (int i = 0; i < 7; ++i) CHECK(failed(store.get("k", kLimit), Fault::temporary));
  // One that is answered, if only by a no, and all is well again.
  place.log->next.clear();
  CHECK(failed(store.get("k", kLimit), Fault::not_found));
  place.fail_always(Trouble::before);
  for (int i = 0; i < 8; ++i) CHECK(failed(store.get("k", kLimit), Fault::temporary));
  CHECK(place.log->gets == 15 * 8 + 1);
  const auto ninth = store.swap("k", std::nullopt, "x", kPut);
  CHECK(failed(ninth, Fault::temporary));
  CHECK(ninth.error().message == "nothing is tried any more: no reply (after 8 attempts)");
  CHECK(place.log->swaps == 0);
}

TEST_CASE("retry: the real random waits are of any length up to the limit") {
  Place place;
  place.options.random = nullptr;
  place.log->reads_too = true;
  Store& store = place.open();
  for (int i = 0; i < 200; ++i) {
    place.fail_with({Trouble::before});
    CHECK_FALSE(store.get("k", kLimit));
  }
  REQUIRE(place.sleeps.size() == 200);
  const auto [least, most] = std::minmax_element(place.sleeps.begin(), place.sleeps.end());
  CHECK(*least >= 0ms);
  CHECK(*least < 20ms);
  CHECK(*most > 80ms);
  CHECK(*most <= 100ms);
}

TEST_CASE("retry: the server's wish wins, up to a minute") {
  Place place;
  Store& store = place.open();
  place.log->reads_too = true;
  place.log->retry_after = 7;
  place.fail_with({Trouble::before, Trouble::before});
  CHECK(failed(store.get("k", kLimit), Fault::not_found));
  CHECK(place.sleeps == std::vector<milliseconds>{7s, 7s});
  place.sleeps.clear();
  place.log->retry_after = 3600;
  place.fail_with({Trouble::before});
  CHECK(failed(store.get("k", kLimit), Fault::not_found));
  CHECK(place.sleeps == std::vector<milliseconds>{60s});
  CHECK(place.asked.empty());
}

TEST_CASE("retry: the budget is of all calls together") {
  Place place;
  place.log->reads_too = true;
  place.log->retry_after = 60;
  Store& store = place.open();
  place.fail_always(Trouble::before);
  CHECK(failed(store.get("a", kLimit), Fault::temporary));
  CHECK(place.log->gets == 6);  // five minutes of waiting
  CHECK(failed(store.get("b", kLimit), Fault::temporary));
  CHECK(place.log->gets == 7);
  // Nothing is left, and what works still works.
  place.fail_with({});
  CHECK(failed(store.get("c", kLimit), Fault::not_found));
  const auto last = place.sleeps.size();
  place.fail_with({Trouble::before});
  CHECK(failed(store.get("d", kLimit), Fault::temporary));
  CHECK(place.sleeps.size() == last);
}

TEST_CASE("retry: time without trouble does not use the budget up") {
  Place place;
  place.log->reads_too = true;
  place.log->retry_after = 50;
  Store& store = place.open();
  for (int i = 0; i < 5; ++i) {
    place.now += 3'600'000;
    place.fail_with({Trouble::before});
    CHECK(failed(store.get("a", kLimit), Fault::not_found));
  }
  CHECK(place.sleeps.size() == 5);
}

TEST_CASE("retry: a stop ends it") {
  Place place;
  bool stop = false;
  place.options.is_stopped = [&] { return stop; };
  place.fail_always(Trouble::before);
  place.log->reads_too = true;
  SUBCASE("before a wait") {
    stop = true;
    CHECK(failed(place.open().get("k", kLimit), Fault::temporary));
    CHECK(place.log->gets == 1);
    CHECK(place.sleeps.empty());
  }
  SUBCASE("in a wait") {
    place.options.sleep = [&](milliseconds) { stop = true; };
    CHECK(failed(place.open().get("k", kLimit), Fault::temporary));
    CHECK(place.log->gets == 1);
  }
}

TEST_CASE("retry: a create whose reply was lost wrote once") {
  Place place;
  Store& store = place.open();
  place.fail_with({Trouble::after});
  CHECK(store.create("k", "ours", kPut) == Created::already_there);
  CHECK(place.log->writes == 1);
  CHECK(place.inner->get("k", kLimit)->bytes == "ours");
}

TEST_CASE("retry: a swap whose reply was lost is found out, and written once") {
  Place place;
  Store& store = place.open();
  const auto first = store.swap("k", std::nullopt, "one", kPut);
  REQUIRE(first);

  place.fail_with({Trouble::after});
  const auto second = store.swap("k", *first, "two", kPut);
  REQUIRE(second);
  CHECK(*second == place.inner->get("k", kLimit)->token);
  CHECK(place.log->swaps == 2);
  CHECK(place.log->writes == 2);
  // The token is good for the next one.
  CHECK(store.swap("k", *second, "three", kPut));

  SUBCASE("the first of a key") {
    place.fail_with({Trouble::after});
    const auto made = store.swap("new", std::nullopt, "x", kPut);
    REQUIRE(made);
    CHECK(*made == place.inner->get("new", kLimit)->token);
    CHECK(place.log->writes == 4);
  }
  SUBCASE("when reading back fails too") {
    place.log->reads_too = true;
    place.fail_with({Trouble::after, Trouble::before, Trouble::before});
    const auto token = place.inner->get("k", kLimit)->token;
    const auto made = store.swap("k", token, "four", kPut);
    REQUIRE(made);
    CHECK(*made == place.inner->get("k", kLimit)->token);
    CHECK(place.log->writes == 4);
  }
}

TEST_CASE("retry: a swap of pieces whose reply was lost is found out as well") {
  Place place;
  Store& store = place.open();
  const Pieces text(3, 6, [](size_t number) { return std::string(2, static_cast<char>('a' + number)); });
  place.fail_with({Trouble::after});
  const auto first = store.swap_pieces("k", std::nullopt, text, kPut);
  REQUIRE(first);
  CHECK(place.log->writes == 1);
  CHECK(store.get("k", kLimit)->bytes == "aabbcc");
  CHECK(store.get("k", kLimit)->token == *first);

  // What is there now has its size and is not it.
  place.log->before_swap = [&, attempt = 0]() mutable {
    if (++attempt == 1) REQUIRE(place.inner->swap("k", *first, "aabbcd", kPut));
  };
  place.fail_with({Trouble::before});
  CHECK(failed(store.swap_pieces("k", *first, text, kPut), Fault::conflict));
  CHECK(store.get("k", kLimit)->bytes == "aabbcd");
}

TEST_CASE("retry: of a swap whose replies were all lost it is told that it may have been done") {
  Place place;
  Store& store = place.open();
  place.log->reads_too = true;
  place.fail_with({Trouble::after, Trouble::before, Trouble::before, Trouble::before, Trouble::before,
                   Trouble::before, Trouble::before, Trouble::before});
  const auto swapped = store.swap("k", std::nullopt, "one", kPut);
  REQUIRE_FALSE(swapped);
  CHECK(swapped.error().fault == Fault::temporary);
  CHECK(swapped.error().message.find("it may have been written all the same") != std::string::npos);
  CHECK(place.inner->get("k", kLimit)->bytes == "one");
}

TEST_CASE("retry: a swap that was not done is done by the next attempt") {
  Place place;
  Store& store = place.open();
  place.fail_with({Trouble::before});
  const auto first = store.swap("k", std::nullopt, "one", kPut);
  REQUIRE(first);
  place.fail_with({Trouble::before, Trouble::before, Trouble::after});
  const auto second = store.swap("k", *first, "two", kPut);
  REQUIRE(second);
  CHECK(place.inner->get("k", kLimit)->bytes == "two");
  CHECK(place.log->writes == 2);
}

TEST_CASE("retry: a swap that is done late, after it was looked for, is still ours") {
  // The gateway gave up, the store did not: the write appears between reading back and trying again.
  Place place;
  Store& store = place.open();
  const auto first = store.swap("k", std::nullopt, "one", kPut);
  REQUIRE(first);
  place.fail_with({Trouble::before});
  place.log->before_swap = [&, attempt = 0]() mutable {
    if (++attempt == 2) REQUIRE(place.inner->swap("k", *first, "two", kPut));
  };
  const auto second = store.swap("k", *first, "two", kPut);
  REQUIRE(second);
  CHECK(*second == place.inner->get("k", kLimit)->token);
}

TEST_CASE("retry: a swap that somebody else won is a conflict, and theirs stays") {
  Place place;
  const auto first = place.inner->swap("k", std::nullopt, "one", kPut);
  REQUIRE(first);
  SUBCASE("before ours") {
    REQUIRE(place.inner->swap("k", *first, "theirs", kPut));
    place.fail_with({Trouble::before});
    CHECK(failed(place.open().swap("k", *first, "ours", kPut), Fault::conflict));
    CHECK(place.log->writes == 0);
  }
  SUBCASE("on top of ours") {
    place.options.sleep = [&](milliseconds) {
      REQUIRE(place.inner->swap("k", place.inner->get("k", kLimit)->token, "theirs", kPut));
    };
    place.fail_with({Trouble::after});
    CHECK(failed(place.open().swap("k", *first, "ours", kPut), Fault::conflict));
    CHECK(place.log->writes == 1);
  }
  SUBCASE("after ours was looked for") {
    place.fail_with({Trouble::before});
    place.log->before_swap = [&, attempt = 0]() mutable {
      if (++attempt == 2) REQUIRE(place.inner->swap("k", *first, "theirs", kPut));
    };
    CHECK(failed(place.open().swap("k", *first, "ours", kPut), Fault::conflict));
  }
  CHECK(place.inner->get("k", kLimit)->bytes == "theirs");
}

TEST_CASE("retry: a swap of what was removed meanwhile is a conflict") {
  Place place;
  const auto first = place.inner->swap("k", std::nullopt, "one", kPut);
  REQUIRE(first);
  REQUIRE(place.inner->remove("k"));
  place.fail_with({Trouble::before});
  CHECK(failed(place.open().swap("k", *first, "ours", kPut), Fault::conflict));
  CHECK(failed(place.inner->get("k", kLimit), Fault::not_found));
}

TEST_CASE("retry: a swap of equal bytes is not taken for done while the token is the old one") {
  Place place;
  Store& store = place.open();
  const auto first = store.swap("k", std::nullopt, "same", kPut);
  REQUIRE(first);
  place.fail_with({Trouble::before});
  const auto second = store.swap("k", *first, "same", kPut);
  REQUIRE(second);
  CHECK(*second != *first);
  CHECK(place.log->writes == 2);
}

TEST_CASE("retry: a probe is repeated as a whole and is not deceived by its own bytes") {
  Place place;
  Store& store = place.open();
  for (size_t at = 0; at < 4; ++at) {
    for (const Trouble trouble : {Trouble::before, Trouble::after}) {
      place.log->reads_too = true;
      place.fail_with({});
      for (size_t i = 0; i < at; ++i) place.log->next.push_back(Trouble::none);
      place.log->next.push_back(trouble);
      place.log->probes = 0;
      const std::string domain = std::to_string(at) + (trouble == Trouble::before ? "b" : "a");
      CHECK(store.probe(domain + "/p/oci-layout", "{}"));
      CHECK(place.log->probes == 2);
    }
  }
}

TEST_CASE("retry: one probe of a domain is enough, and each product gets its layout") {
  Place place;
  Store& store = place.open();
  CHECK(store.probe("sales/a/oci-layout", "{}"));
  CHECK(store.probe("sales/b/oci-layout", "{}"));
  CHECK(place.log->probes == 1);
  CHECK(store.get("sales/b/oci-layout", 10));
  CHECK(store.probe("finance/a/oci-layout", "{}"));
  CHECK(place.log->probes == 2);
}

TEST_CASE("retry: many threads on a store that fails now and then lose nothing") {
  Place place;
  place.options.attempts = 1000;
  place.options.budget = std::chrono::hours(1000);
  for (int i = 0; i < 300; ++i)
    place.log->next.push_back(i % 3 == 0 ? Trouble::before : i % 3 == 1 ? Trouble::after : Trouble::none);
  Store& store = place.open();
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int done = 0; done < 15;) {
        const auto now = store.get("k", kLimit);
        const auto mine = std::to_string(t) + "." + std::to_string(done) + ";";
        const auto swapped = store.swap("k", now ? std::optional(now->token) : std::nullopt,
                                        (now ? now->bytes : "") + mine, kPut);
        if (swapped) ++done;
        // A conflict may hide a success upon which others built; then it is there.
        if (!swapped && swapped.error().fault != Fault::conflict) ++wrong;
        if (!swapped && store.get("k", kLimit)->bytes.find(mine) != std::string::npos) ++done;
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  const std::string all = place.inner->get("k", kLimit)->bytes;
  for (int t = 0; t < 4; ++t)
    for (int i = 0; i < 15; ++i) {
      const std::string mine = std::to_string(t) + "." + std::to_string(i) + ";";
      const size_t at = all.find(mine);
      CHECK(at != std::string::npos);
      CHECK(all.find(mine, at + 1) == std::string::npos);
    }
}
