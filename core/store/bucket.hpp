#pragma once

#include "core/store/store.hpp"

#include <string>
#include <string_view>
#include <vector>

// What stores have in common that keep keys below a prefix of a bucket or container, behind HTTP.
namespace mesh::store {

struct Endpoint {
  std::string scheme;  // "https" or "http"
  std::string name;    // of the host
  std::string host;    // the name, with a port that is not the scheme's
  std::string path;    // plain, without a slash at its end

  std::string origin() const { return scheme + "://" + host; }
};

// https://HOST[:PORT][/PATH]. usage where it is more: a user name, a query, a path that would have to be
// encoded. `whose` is for the message: "the endpoint of S3".
Result<Endpoint> parse_endpoint(const std::string& text, std::string_view whose);

// Without slashes at its ends. usage where no key can be below it.
Result<std::string> tidy_prefix(std::string_view prefix);

// The key as the bucket knows it, where it must be a good one too.
Result<std::string> key_below(std::string_view prefix, std::string_view key);

// Whether a token can be the value of If-Match; no other was ever given out. An empty one would be no
// condition, and
// `*` one that any state fulfils.
bool may_be_sent(const Token& token);

// Of a list: keys, or folders: what is before the first `/` in them.
enum class Names : uint8_t { keys, folders };

// One page of a list.
struct Page {
  std::vector<std::string> keys;
  std::vector<std::string> prefixes;  // of keys, up to the delimiter that was asked for
  std::string next;                   // where the list goes on; "" when this is the last
};

// The names of a list that comes in pages, in any order.
class Listed {
 public:
  // Of a list of what starts with `asked`, below `prefix`. Both outlive it.
  Listed(std::string_view prefix, std::string_view asked, Names names);

  std::string start() const { return root_ + std::string(asked_); }  // of the keys as the bucket knows them
  // Where the bucket cuts keys: "" or "/".
  std::string_view delimiter() const { return names_are_ == Names::folders ? "/" : ""; }

  // `next` is where the list goes on; "" at its end. corrupt: it lists what was not asked for, or has no end.
  Result<void> add(std::vector<std::string> page, const std::string& next);
  const std::string& next() const { return next_; }

  std::vector<std::string> take() &&;  // in byte order, each once

 private:
  std::string root_;
  std::string_view asked_;
  Names names_are_;
  std::vector<std::string> names_;
  std::string next_;
  size_t pages_ = 0;
};

}  // namespace mesh::store
