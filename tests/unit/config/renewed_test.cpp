#include "core/config/renewed.hpp"

#include <doctest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace mesh;
using namespace std::chrono_literals;

namespace {

struct Lent {
  int number = 0;
  std::optional<std::chrono::sys_seconds> expiry;
};

struct Bank {
  std::atomic<int64_t> now{1'000'000};
  std::atomic<int> lent{0};
  std::chrono::seconds life{3600};
  std::optional<Error> error;
  config::Renewed<Lent> renewed{[this]() -> Result<Lent> {
                                  if (error) return tl::unexpected(*error);
                                  return Lent{++lent, time() + life};
                                },
                                [this] { return time(); }};

  std::chrono::sys_seconds time() const { return std::chrono::sys_seconds(std::chrono::seconds(now.load())); }
  int current() {
    const auto value = renewed.current();
    return value ? value->number : -1;
  }
};

}  // namespace

TEST_CASE("renewed: what is lent is kept until some minutes before its end") {
  Bank bank;
  CHECK(bank.current() == 1);
  bank.now += 3600 - 301;
  CHECK(bank.current() == 1);
  bank.now += 2;
  CHECK(bank.current() == 2);
  CHECK(bank.current() == 2);
}

TEST_CASE("renewed: what lives shortly is used for most of its life") {
  Bank bank;
  bank.life = 40s;
  CHECK(bank.current() == 1);
  bank.now += 29;
  CHECK(bank.current() == 1);
  bank.now += 2;
  CHECK(bank.current() == 2);
}

TEST_CASE("renewed: what has ended by a clock that is wrong is not lent anew for every request") {
  Bank bank;
  bank.life = -5000s;
  for (int i = 0; i < 20; ++i) CHECK(bank.current() == 1);
  CHECK(bank.renewed.renew([](const Lent& lent) { return lent.number == 1; }));
  CHECK(bank.current() == 2);
}

TEST_CASE("renewed: who cannot lend again leaves what is still good, and is not asked at once") {
  Bank bank;
  CHECK(bank.current() == 1);
  bank.now += 3600 - 200;
  bank.error = Error{Fault::temporary, "down", {}};
  CHECK(bank.current() == 1);
  bank.error.reset();
  CHECK(bank.current() == 1);
  bank.now += 31;
  CHECK(bank.current() == 2);
  bank.error = Error{Fault::temporary, "down", {}};
  bank.now += 3601;
  CHECK(bank.current() == -1);
  bank.error.reset();
  CHECK(bank.current() == 3);
}

TEST_CASE("renewed: who is refused asks once, who is not answered asks again") {
  Bank bank;
  bank.error = Error{Fault::temporary, "down", {}};
  CHECK(bank.current() == -1);
  bank.error = Error{Fault::refused, "no", {}};
  CHECK(bank.current() == -1);
  bank.error.reset();
  CHECK(bank.current() == -1);
  CHECK(bank.lent == 0);
  CHECK_FALSE(bank.renewed.renew([](const Lent&) { return true; }));
}

TEST_CASE("renewed: of those who are told that it is old, the first lends and the others have that") {
  Bank bank;
  CHECK(bank.current() == 1);
  const auto is_first = [](const Lent& lent) { return lent.number == 1; };
  CHECK(bank.renewed.renew(is_first));
  CHECK(bank.renewed.renew(is_first));
  CHECK(bank.lent == 2);
  CHECK(bank.current() == 2);
}

TEST_CASE("renewed: many threads have it lent once") {
  std::atomic<int> lent{0};
  config::Renewed<Lent> renewed([&]() -> Result<Lent> {
    std::this_thread::sleep_for(50ms);
    return Lent{++lent, config::now_in_seconds() + 3600s};
  });
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 16; ++i)
    threads.emplace_back([&] {
      const auto value = renewed.current();
      good += value && value->number == 1;
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 16);
  CHECK(lent == 1);
}
