#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A place that holds published bytes under keys (`sales/orders/index.json`). Every store keeps these
// promises; the suite in tests/unit/store checks them on each.
namespace mesh::store {

// What a swap compares. Opaque; never a content hash.
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

  // Keys that start with `prefix`, in byte order. An absent prefix is an empty list.
  virtual Result<std::vector<std::string>> list(std::string_view prefix) = 0;

  // The parts of keys before the first `/`, each once, in byte order; one without keys may be among them. A
  // store that can tells them without a look at every key.
  virtual Result<std::vector<std::string>> top_folders();

  // Removing what is not there succeeds: a retried remove must not fail.
  virtual Result<void> remove(std::string_view key) = 0;

  // Proves on `key` (made with `bytes` when absent) that create-only and swap are honoured, before a run's
  // first write: create; create again must say already_there; a swap with a wrong token must be a conflict.
  // usage when the store ignores them.
  Result<void> probe(std::string_view key, std::string_view bytes);
};

// Keys are relative paths of portable parts: UTF-8, no empty part, `.`, `..`, backslash or control character,
// no part that starts with `.mesh-`, at most 255 bytes a part and 1024 in all. usage otherwise.
Result<void> check_key(std::string_view key);

// The same for the start of keys: it may be empty or end in `/`.
Result<void> check_prefix(std::string_view prefix);

// A folder; created by the first write. `path` as the user wrote it.
std::unique_ptr<Store> local_store(std::string path);

// For tests and dry runs: keeps everything in memory.
std::unique_ptr<Store> memory_store();

// `file:` URLs (file:///abs, file:rel, file:./rel), plain paths, and later others. usage for a scheme we do
// not know, a malformed URL, or userinfo in it. `base` is the folder relative paths start from.
Result<std::unique_ptr<Store>> open(std::string_view url, const std::string& base);

}  // namespace mesh::store
