#pragma once

#include "core/base/pieces.hpp"
#include "core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A place that holds published bytes under keys (`sales/orders/index.json`). Every store keeps these
// promises; the suite in tests/unit/store checks them on each.
namespace mesh::store {

// What a swap compares. Opaque; never taken for a content hash. Every state has its own, but in stores that
// make it of content: there a state of equal bytes has an equal one, and a swap cannot tell them apart. What
// must not be mistaken differs in bytes from all that was there before, as indexes do.
using Token = std::string;

struct Object {
  std::string bytes;
  Token token;
};

enum class Caching : uint8_t { immutable, no_store };

struct Put {
  std::string_view content_type = "application/octet-stream";
  Caching caching = Caching::immutable;
};

enum class Created : uint8_t { now, already_there };

class Store {
 public:
  virtual ~Store() = default;

  // "file:///srv/mesh", without secrets: for messages and receipts.
  virtual std::string url() const = 0;

  // One sentence about promises of a swap that it cannot keep, for who publishes to it; "" when it keeps all.
  virtual std::string_view weakness() const { return {}; }

  // The whole object, or not_found. A reader that runs beside writers sees an old object or a new one, never
  // a mixture. Larger than `limit` is corrupt.
  virtual Result<Object> get(std::string_view key, uint64_t limit) = 0;

  // The object, or nothing when its token still is `known`: a store that can spares sending the bytes then.
  virtual Result<std::optional<Object>> get_unless(const Token& known, std::string_view key, uint64_t limit);

  // Writes only if nothing is there; of many creators exactly one gets `now`. `already_there` says nothing
  // about the bytes that are there. On return the object is durable.
  virtual Result<Created> create(std::string_view key, std::string_view bytes, const Put& put) = 0;

  // Replaces the object only if its token still is `expected` (nullopt: only if absent); conflict otherwise,
  // and then nothing changed. Durable on return. The new token.
  virtual Result<Token> swap(std::string_view key, const std::optional<Token>& expected,
                             std::string_view bytes, const Put& put) = 0;

  // The same of a text that is made piece by piece. A store that can never holds all of it.
  virtual Result<Token> swap_pieces(std::string_view key, const std::optional<Token>& expected,
                                    const Pieces& text, const Put& put);

  // Keys that start with `prefix`, in byte order. An absent prefix is an empty list.
  virtual Result<std::vector<std::string>> list(std::string_view prefix) = 0;

  // The parts of keys before the first `/`, each once, in byte order; one without keys may be among them. A
  // store that can tells them without a look at every key.
  virtual Result<std::vector<std::string>> top_folders();

  // Removing what is not there succeeds: a retried remove must not fail.
  virtual Result<void> remove(std::string_view key) = 0;

  // Proves on `key` (made with `bytes` when absent) that create-only and swap are honoured, before a run's
  // first write: create; create again must say already_there; a swap with a wrong token must be a conflict.
  // usage when the store ignores them. A probe may be repeated.
  virtual Result<void> probe(std::string_view key, std::string_view bytes);
};

// temporary: what can be said of an object that was there already and cannot be read.
tl::unexpected<Error> contradiction(const Store& store, std::string_view key);

// Keys are relative paths of portable parts: UTF-8, no empty part, `.`, `..`, backslash or control character,
// no part that starts with `.mesh-`, at most 255 bytes a part and 1024 in all. usage otherwise.
Result<void> check_key(std::string_view key);

// The same for the start of keys: it may be empty or end in `/`.
Result<void> check_prefix(std::string_view prefix);

// A folder; created by the first write. `path` as the user wrote it.
std::unique_ptr<Store> local_store(std::string path);

// For tests and dry runs: keeps everything in memory.
std::unique_ptr<Store> memory_store();

struct RetryOptions {
  unsigned attempts = 8;  // of one call, the first one included
  // Of a whole run: time in which a call was being retried. Then none is retried any more.
  std::chrono::milliseconds budget{300'000};
  // A wait is of any length up to one that doubles, so that of many losers few come back at one time.
  std::chrono::milliseconds first_wait{100}, longest_wait{5'000};
  std::chrono::milliseconds longest_asked{60'000};  // what Retry-After can make of it
  // Calls that were given up without one in between that was answered: whatever is there does not answer, and
  // nothing more is tried for the rest of the run.
  unsigned most_given_up = 8;

  std::function<std::chrono::milliseconds()> now;        // empty: the steady clock
  std::function<void(std::chrono::milliseconds)> sleep;  // empty: sleeps
  std::function<std::chrono::milliseconds(std::chrono::milliseconds)>
      random;                        // 0 to its argument; empty: evenly
  std::function<bool()> is_stopped;  // no more retries then
};

// Repeats what failed as temporary. A repeated call is a new one to `inner`, so a request is signed after the
// wait. A swap whose reply was lost is not repeated blindly: what is there then is read, and when it is what
// was to be written, it is a success with the token that is there now.
std::unique_ptr<Store> retrying_store(std::unique_ptr<Store> inner, RetryOptions options = {});

}  // namespace mesh::store
