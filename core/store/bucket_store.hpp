#pragma once

#include "core/http/client.hpp"
#include "core/store/bucket.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mesh::store {

// What stores of buckets do alike with the answers to their requests. Each of them sends the requests.
class BucketStore : public Store {
 public:
  Result<Object> get(std::string_view key, uint64_t limit) final;
  Result<std::optional<Object>> get_unless(const Token& known, std::string_view key, uint64_t limit) final;
  Result<Created> create(std::string_view key, std::string_view bytes, const Put& put) final;
  Result<Token> swap(std::string_view key, const std::optional<Token>& expected, std::string_view bytes,
                     const Put& put) final;
  Result<Token> swap_pieces(std::string_view key, const std::optional<Token>& expected, const Pieces& text,
                            const Put& put) final;
  Result<std::vector<std::string>> list(std::string_view prefix) final;
  Result<std::vector<std::string>> top_folders() final;

 protected:
  static constexpr uint64_t kLargestReply = 16 << 20;  // of one that is no object: the longest list is 8 MiB
  static constexpr uint64_t kLargestError = 1 << 20;   // is read whatever the limit of an object is

  struct Call {
    std::string_view verb, object;  // for messages
    std::string method;
    std::string path;  // as the store's own `send` takes it
    std::vector<std::pair<std::string, std::string>> query = {};
    std::vector<http::Header> headers = {};
    std::string_view body = {};
    uint64_t most_bytes = kLargestReply;
  };

  // What came of a write: it is done; another state than the expected one is there; none is there; or another
  // write is under way, of which nobody knows what it makes of the object.
  struct Written {
    enum class Kind : uint8_t { now, not_held, gone, racing } kind;
    Token token = {};
  };

  explicit BucketStore(std::string prefix) : prefix_(std::move(prefix)) {}

  // Whether this store may have given it out.
  virtual bool is_token(const Token& token) const { return may_be_sent(token); }
  // Nothing when its token is `known`; "" is none.
  virtual Result<std::optional<Object>> read(std::string_view key, uint64_t limit,
                                             std::string_view known) = 0;
  // Without a token expected: only if nothing is there.
  virtual Result<Written> write(std::string_view key, std::string_view bytes, const Put& put,
                                const std::optional<Token>& expected) = 0;
  virtual Result<Written> write_pieces(std::string_view key, const Pieces& text, const Put& put,
                                       const std::optional<Token>& expected) {
    return write(key, text.all(), put, expected);
  }
  // Asked after a write that raced.
  virtual Result<bool> is_there(std::string_view) { return false; }
  virtual Result<Page> read_page(const Listed& listed, const Call& call) = 0;

  // What a read that is denied means. AWS and Google say so of what is not there to who may not list the
  // bucket; whether a right to list a part of it counts, AWS leaves open, and Google's does not. The list
  // tells then.
  tl::unexpected<Error> denied(const Call& read, tl::unexpected<Error> refusal);

  const std::string& prefix() const { return prefix_; }
  tl::unexpected<Error> failure(const Call& call, Error error) const;
  tl::unexpected<Error> too_large(const Call& call, uint64_t limit) const;

 private:
  template <class Write>
  Result<Token> swap_by(const Write& write, std::string_view key, const std::optional<Token>& expected);
  Result<std::vector<std::string>> names_below(std::string_view asked, Names names);

  const std::string prefix_;
};

// If-Match with a token, or If-None-Match of anything.
http::Header condition_of(const std::optional<Token>& expected);

// The value of Cache-Control.
std::string_view cache_control(const Put& put);

}  // namespace mesh::store
