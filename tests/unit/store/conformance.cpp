#include "tests/unit/store/conformance.hpp"

#include <doctest.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace mesh::test {
namespace {

using store::Created;
using store::Put;
using store::Store;
using store::Token;

constexpr uint64_t kLimit = 64 << 20;
constexpr Put kPut{};

std::string bytes_at(Store& store, std::string_view key) {
  const auto object = store.get(key, kLimit);
  return object ? object->bytes : "<" + object.error().message + ">";
}

template <class T>
bool failed(const Result<T>& result, Fault fault) {
  return !result && result.error().fault == fault && !result.error().message.empty();
}

void in_threads(unsigned count, const std::function<void(unsigned)>& work) {
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < count; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
}

void check_reading(Store& store) {
  CHECK(failed(store.get("nowhere", kLimit), Fault::not_found));
  CHECK(failed(store.get("no/such/folder/key", kLimit), Fault::not_found));
  REQUIRE(store.create("a/b", "1234", kPut) == Created::now);
  CHECK(bytes_at(store, "a/b") == "1234");
  CHECK(failed(store.get("a", kLimit), Fault::not_found));
  CHECK(failed(store.get("a/b/c", kLimit), Fault::not_found));
  CHECK(store.get("a/b", 4));
  const auto known = store.get("a/b", 4)->token;
  CHECK_FALSE(store.get_unless(known, "a/b", 4)->has_value());
  CHECK(failed(store.get_unless(known, "a", 4), Fault::not_found));
  const auto now = store.swap("a/b", known, "5678", kPut);
  REQUIRE(now);
  const auto changed = store.get_unless(known, "a/b", 4);
  REQUIRE(changed);
  REQUIRE(*changed);
  CHECK((*changed)->bytes == "5678");
  CHECK((*changed)->token == *now);
  REQUIRE(store.swap("a/b", *now, "1234", kPut));
  CHECK(failed(store.get("a/b", 3), Fault::corrupt));
}

void check_creating(Store& store) {
  CHECK(store.create("a/b", "first", kPut) == Created::now);
  CHECK(store.create("a/b", "second", kPut) == Created::already_there);
  CHECK(bytes_at(store, "a/b") == "first");
  CHECK(store.create("empty", "", kPut) == Created::now);
  CHECK(store.create("empty", "x", kPut) == Created::already_there);
  CHECK(bytes_at(store, "empty").empty());

  std::string large(5 << 20, '\0');
  for (size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 2654435761u >> 13);
  CHECK(store.create("large", large, kPut) == Created::now);
  CHECK((bytes_at(store, "large") == large));
}

void check_swapping(Store& store) {
  CHECK(failed(store.swap("a/index.json", Token("none"), "x", kPut), Fault::conflict));
  CHECK(failed(store.get("a/index.json", kLimit), Fault::not_found));

  const auto first = store.swap("a/index.json", std::nullopt, "one", kPut);
  REQUIRE(first);
  CHECK(failed(store.swap("a/index.json", std::nullopt, "other", kPut), Fault::conflict));
  CHECK(store.get("a/index.json", kLimit)->token == *first);

  const auto second = store.swap("a/index.json", *first, "two", kPut);
  REQUIRE(second);
  CHECK(*second != *first);
  CHECK(store.get("a/index.json", kLimit)->token == *second);
  CHECK(failed(store.swap("a/index.json", *first, "late", kPut), Fault::conflict));
  CHECK(failed(store.swap("a/index.json", Token(""), "late", kPut), Fault::conflict));
  CHECK(bytes_at(store, "a/index.json") == "two");

  // A creator does not win over what was swapped in, a swap goes over what was created.
  CHECK(store.create("a/index.json", "created", kPut) == Created::already_there);
  REQUIRE(store.create("a/other", "created", kPut) == Created::now);
  CHECK(store.swap("a/other", store.get("a/other", kLimit)->token, "swapped", kPut));
  CHECK(bytes_at(store, "a/other") == "swapped");
}

// As the listing of a domain is written.
void check_swapping_pieces(Store& store) {
  std::string line(1'000, '\0');
  for (size_t i = 0; i < line.size(); ++i) line[i] = static_cast<char>(i * 2654435761u >> 13);
  const auto piece = [line](size_t number) {
    return number == 7 ? std::string() : line + std::to_string(number);
  };
  // Not more: a server that says no at once and hangs up is not heard by who still sends.
  constexpr size_t kCount = 200;
  std::string all;
  for (size_t i = 0; i < kCount; ++i) all += piece(i);
  const Pieces text(kCount, all.size(), piece);
  const auto first = store.swap_pieces("a/listing.json", std::nullopt, text, kPut);
  REQUIRE(first);
  CHECK((bytes_at(store, "a/listing.json") == all));
  CHECK(store.get("a/listing.json", kLimit)->token == *first);
  CHECK(failed(store.swap_pieces("a/listing.json", std::nullopt, text, kPut), Fault::conflict));
  CHECK(failed(store.swap_pieces("a/listing.json", Token("none"), text, kPut), Fault::conflict));

  const Pieces few(1, 3, [](size_t) { return "few"; });
  const auto second = store.swap_pieces("a/listing.json", *first, few, kPut);
  REQUIRE(second);
  CHECK(failed(store.swap_pieces("a/listing.json", *first, text, kPut), Fault::conflict));
  CHECK(bytes_at(store, "a/listing.json") == "few");
  CHECK(store.get("a/listing.json", kLimit)->token == *second);
}

// What was read before A became B and A again is not current. Where tokens are made of content only bytes
// that differ make another state: then no two are equal here.
void check_every_state_has_its_token(Store& store, Tokens tokens) {
  const auto state = [&](int i) {
    return tokens == Tokens::of_content ? std::to_string(i) : std::string(i % 2 == 0 ? "same" : "other");
  };
  std::vector<Token> seen;
  auto token = store.swap("a/index.json", std::nullopt, state(0), kPut);
  REQUIRE(token);
  for (int i = 0; i < 50; ++i) {
    seen.push_back(*token);
    token = store.swap("a/index.json", seen.back(), state(i + 1), kPut);
    REQUIRE(token);
  }
  for (const Token& old : seen) CHECK(failed(store.swap("a/index.json", old, "lost", kPut), Fault::conflict));

  REQUIRE(store.remove("a/index.json"));
  CHECK(failed(store.swap("a/index.json", *token, "back", kPut), Fault::conflict));
  const auto again = store.swap("a/index.json", std::nullopt, state(100), kPut);
  REQUIRE(again);
  CHECK(std::find(seen.begin(), seen.end(), *again) == seen.end());
  CHECK(*again != *token);
}

void check_listing(Store& store) {
  CHECK(store.list("")->empty());
  CHECK(store.top_folders()->empty());
  CHECK(store.list("sales/")->empty());
  for (const char* key : {"sales/orders/index.json", "sales/orders-old/x", "sales/orders/blobs/sha256/ff",
                          "b", "sales/orders/.hidden", "Sales/x", "sales.json", "sales/\xc3\xa9t\xc3\xa9"})
    REQUIRE(store.create(key, key, kPut) == Created::now);
  const auto keys = [&](std::string_view prefix) {
    return store.list(prefix).value_or(std::vector<std::string>{"?"});
  };
  using Keys = std::vector<std::string>;
  CHECK(keys("") == Keys{"Sales/x", "b", "sales.json", "sales/orders-old/x", "sales/orders/.hidden",
                         "sales/orders/blobs/sha256/ff", "sales/orders/index.json",
                         "sales/\xc3\xa9t\xc3\xa9"});
  CHECK(keys("sales/orders") == Keys{"sales/orders-old/x", "sales/orders/.hidden",
                                     "sales/orders/blobs/sha256/ff", "sales/orders/index.json"});
  CHECK(keys("sales/orders/") ==
        Keys{"sales/orders/.hidden", "sales/orders/blobs/sha256/ff", "sales/orders/index.json"});
  CHECK(keys("sales/orders/blobs/sha256/f") == Keys{"sales/orders/blobs/sha256/ff"});
  CHECK(keys("sales/orders/index.json") == Keys{"sales/orders/index.json"});
  CHECK(keys("sales/orders/index.json/").empty());
  CHECK(keys("sale").size() == 6);
  CHECK(keys("zzz/").empty());
  REQUIRE(store.create("sales-old/x", "x", kPut) == Created::now);
  CHECK(*store.top_folders() == Keys{"Sales", "sales", "sales-old"});
}

void check_removing(Store& store) {
  CHECK(store.remove("nowhere"));
  CHECK(store.remove("no/such/folder"));
  REQUIRE(store.create("a/b", "x", kPut) == Created::now);
  CHECK(store.remove("a"));
  CHECK(store.remove("a/b/c"));
  CHECK(bytes_at(store, "a/b") == "x");
  CHECK(store.remove("a/b"));
  CHECK(store.remove("a/b"));
  CHECK(failed(store.get("a/b", kLimit), Fault::not_found));
  CHECK(store.list("")->empty());
  CHECK(store.create("a/b", "y", kPut) == Created::now);
  CHECK(bytes_at(store, "a/b") == "y");
}

void check_keys(Store& store) {
  const std::string long_name(255, 'n');
  const std::string longest(255, 'm'),
      full = longest + "/" + longest + "/" + longest + "/" + std::string(253, 'm') + "/xy";
  for (const std::string& key :
       {std::string("with space/and 'quotes' \"too\"; $(x) %41 +&?#"), long_name, full,
        std::string("\xc3\xa9t\xc3\xa9/\xe6\x97\xa5\xe6\x9c\xac"), std::string("a:b/c*"), std::string("-rf"),
        std::string("..."), std::string(".a/..b")}) {
    CAPTURE(key);
    CHECK(store.create(key, key, kPut) == Created::now);
    CHECK(bytes_at(store, key) == key);
    const auto listed = store.list(key);
    REQUIRE(listed);
    CHECK(*listed == std::vector<std::string>{key});
  }
  const auto before = store.list("");
  using namespace std::string_literals;
  for (const std::string& key : {""s,
                                 "/"s,
                                 "/etc/passwd"s,
                                 "a/"s,
                                 "a//b"s,
                                 "."s,
                                 ".."s,
                                 "./a"s,
                                 "../a"s,
                                 "a/../b"s,
                                 "a/.."s,
                                 "a/./b"s,
                                 "a\\b"s,
                                 "a\nb"s,
                                 "a\0b"s,
                                 "\x7f"s,
                                 "a\x1b[31m"s,
                                 "\xff"s,
                                 "\xc0\xaf"s,
                                 "a/\xed\xa0\x80"s,
                                 ".mesh-1-0.tmp"s,
                                 "a/.mesh-lock"s,
                                 std::string(256, 'n'),
                                 std::string(600, 'n') + "/" + std::string(600, 'n')}) {
    CAPTURE(key);
    CHECK(failed(store.create(key, "x", kPut), Fault::usage));
    CHECK(failed(store.swap(key, std::nullopt, "x", kPut), Fault::usage));
    CHECK(failed(store.swap(key, Token("t"), "x", kPut), Fault::usage));
    CHECK(failed(store.get(key, kLimit), Fault::usage));
    CHECK(failed(store.remove(key), Fault::usage));
  }
  for (const char* prefix : {"..", "../", "a/../", "/", "a//", "a\\"})
    CHECK(failed(store.list(prefix), Fault::usage));
  REQUIRE(before);
  CHECK(store.list("") == *before);
}

void check_probe(Store& store) {
  CHECK(store.probe("a/oci-layout", "{}"));
  CHECK(bytes_at(store, "a/oci-layout") == "{}");
  const auto token = store.get("a/oci-layout", kLimit)->token;
  CHECK(store.probe("a/oci-layout", "{}"));
  CHECK(store.probe("a/oci-layout", "other"));
  CHECK(bytes_at(store, "a/oci-layout") == "{}");
  CHECK(store.get("a/oci-layout", kLimit)->token == token);
}

void check_one_creator_wins(const MakeStore& make) {
  constexpr unsigned kThreads = 8, kRounds = 10;
  for (unsigned round = 0; round < kRounds; ++round) {
    const std::string key = "race/" + std::to_string(round);
    std::atomic<unsigned> winners{0}, losers{0};
    std::atomic<unsigned> winner{0};
    in_threads(kThreads, [&](unsigned i) {
      const auto created = make()->create(key, std::string(10000, static_cast<char>('a' + i)), kPut);
      if (created == Created::now) {
        ++winners;
        winner = i;
      } else if (created == Created::already_there) {
        ++losers;
      }
    });
    CHECK(winners == 1);
    CHECK(losers == kThreads - 1);
    CHECK((bytes_at(*make(), key) == std::string(10000, static_cast<char>('a' + winner.load()))));
  }
}

void check_no_swap_is_lost(const MakeStore& make, const std::string& key) {
  constexpr unsigned kThreads = 6, kSwaps = 12;
  std::atomic<unsigned> wrong{0};
  in_threads(kThreads, [&](unsigned) {
    const auto store = make();
    for (unsigned done = 0; done < kSwaps;) {
      const auto now = store->get(key, kLimit);
      if (!now && now.error().fault != Fault::not_found) ++wrong;
      const auto token = now ? std::optional(now->token) : std::nullopt;
      const auto swapped = store->swap(key, token, (now ? now->bytes : "") + "+", kPut);
      if (swapped) ++done;
      if (!swapped && swapped.error().fault != Fault::conflict) {
        ++wrong;
        break;
      }
    }
  });
  CHECK(wrong == 0);
  CHECK(bytes_at(*make(), key) == std::string(kThreads * kSwaps, '+'));
}

void check_readers_see_whole_objects(const MakeStore& make) {
  const std::string key = "read/index.json";
  const auto state = [](unsigned i) { return std::string(50000 + i * 1000, static_cast<char>('a' + i)); };
  constexpr unsigned kStates = 20;
  REQUIRE(make()->swap(key, std::nullopt, state(0), kPut));
  std::atomic<bool> writing{true};
  std::atomic<unsigned> torn{0}, backward{0};
  std::thread writer([&] {
    const auto store = make();
    for (unsigned i = 1; i < kStates; ++i)
      if (!store->swap(key, store->get(key, kLimit)->token, state(i), kPut)) ++torn;
    writing = false;
  });
  in_threads(3, [&](unsigned) {
    const auto store = make();
    unsigned last = 0;
    for (bool more = true; more;) {
      more = writing;
      const auto seen = store->get(key, kLimit);
      const unsigned i = seen && !seen->bytes.empty() ? static_cast<unsigned>(seen->bytes[0] - 'a') : kStates;
      if (i >= kStates || seen->bytes != state(i)) {
        ++torn;
        break;
      }
      if (i < last) ++backward;
      last = i;
    }
  });
  writer.join();
  CHECK(torn == 0);
  CHECK(backward == 0);
  CHECK(bytes_at(*make(), key) == state(kStates - 1));
}

}  // namespace

void check_store(const std::function<MakeStore()>& make_place, Tokens tokens) {
  const MakeStore make = make_place();
  const auto store = make();
  SUBCASE("an object that is not there is not_found, a larger one than asked for is corrupt") {
    check_reading(*store);
  }
  SUBCASE("an object is created once, whatever its size") { check_creating(*store); }
  SUBCASE("a swap needs the token of the present state") { check_swapping(*store); }
  SUBCASE("a swap may be of pieces") { check_swapping_pieces(*store); }
  SUBCASE("no two states have one token, even with equal bytes") {
    check_every_state_has_its_token(*store, tokens);
  }
  SUBCASE("keys are listed in byte order by their start") { check_listing(*store); }
  SUBCASE("removing what is not there succeeds") { check_removing(*store); }
  SUBCASE("unusual keys work and hostile keys are refused everywhere") { check_keys(*store); }
  SUBCASE("a probe passes, writes once and changes nothing that is there") { check_probe(*store); }
  SUBCASE("of many creators exactly one wins") { check_one_creator_wins(make); }
  SUBCASE("no swap is lost among many writers") { check_no_swap_is_lost(make, "race/index.json"); }
  SUBCASE("no swap is lost beside an oci-layout") {
    REQUIRE(store->create("race/oci-layout", "{}", kPut) == Created::now);
    check_no_swap_is_lost(make, "race/index.json");
  }
  SUBCASE("no swap of the oci-layout itself is lost") { check_no_swap_is_lost(make, "race/oci-layout"); }
  SUBCASE("a reader beside a writer sees whole objects, and none older than the last") {
    check_readers_see_whole_objects(make);
  }
}

}  // namespace mesh::test
