#include "core/base/jitter.hpp"
#include "core/base/strings.hpp"
#include "core/store/store.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

namespace mesh::store {
namespace {

using std::chrono::milliseconds;

constexpr uint64_t kLargestIndex = 64 << 20;  // of what a swap that got no answer is read back from

milliseconds steady_now() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

RetryOptions complete(RetryOptions options) {
  if (!options.now) options.now = steady_now;
  if (!options.sleep) options.sleep = [](milliseconds time) { std::this_thread::sleep_for(time); };
  if (!options.random) options.random = jittered;
  if (!options.is_stopped) options.is_stopped = [] { return false; };
  return options;
}

// How long calls have been in trouble. Calls in trouble at the same time count once, or eight threads would
// use a budget up eight times as fast.
class Trouble {
 public:
  explicit Trouble(const RetryOptions& options) : options_(options) {}

  void begin() {
    const std::lock_guard guard(mutex_);
    if (calls_++ == 0) since_ = options_.now();
  }
  void end() {
    const std::lock_guard guard(mutex_);
    if (--calls_ == 0) past_ += options_.now() - since_;
  }
  milliseconds so_far() {
    const std::lock_guard guard(mutex_);
    return past_ + (calls_ > 0 ? options_.now() - since_ : milliseconds(0));
  }

 private:
  const RetryOptions& options_;
  std::mutex mutex_;
  unsigned calls_ = 0;
  milliseconds since_{0}, past_{0};
};

// The attempts of one call.
class Attempts {
 public:
  Attempts(const RetryOptions& options, Trouble& trouble) : options_(options), trouble_(trouble) {}
  Attempts(const Attempts&) = delete;
  ~Attempts() {
    if (made_ > 1) trouble_.end();
  }

  // Waits for the next one, or says that there is none.
  bool wait(const Error& error) {
    if (made_ >= options_.attempts || options_.is_stopped()) return false;
    const milliseconds pause = pause_after(error);
    if (made_ == 1) trouble_.begin();
    const bool affordable = trouble_.so_far() + pause <= options_.budget;
    if (!affordable) {
      if (made_ == 1) trouble_.end();
      return false;
    }
    ++made_;
    options_.sleep(pause);
    return !options_.is_stopped();
  }

  Error told(Error error) const {
    if (made_ > 1) error.message += " (after " + std::to_string(made_) + " attempts)";
    return error;
  }

 private:
  milliseconds pause_after(const Error& error) const {
    if (error.retry_after > 0)
      return std::min<milliseconds>(std::chrono::seconds(error.retry_after), options_.longest_asked);
    const unsigned doublings = std::min(made_ - 1, 20u);
    return options_.random(std::min(options_.longest_wait, options_.first_wait * (1 << doublings)));
  }

  const RetryOptions& options_;
  Trouble& trouble_;
  unsigned made_ = 1;
};

// Whether anybody is there who answers. A thousand products would be a thousand waits.
class Silence {
 public:
  explicit Silence(unsigned most) : most_(most) {}

  void end() { given_up_ = 0; }
  void add(const Error& error) {
    if (++given_up_ != most_) return;
    const std::lock_guard guard(mutex_);
    if (!verdict_)
      verdict_ = Error{Fault::temporary, "nothing is tried any more: " + error.message, error.help};
  }
  std::optional<Error> verdict() {
    const std::lock_guard guard(mutex_);
    return verdict_;
  }

 private:
  const unsigned most_;
  std::atomic<unsigned> given_up_{0};
  std::mutex mutex_;
  std::optional<Error> verdict_;  // under mutex_
};

class RetryingStore final : public Store {
 public:
  RetryingStore(std::unique_ptr<Store> inner, RetryOptions options)
      : inner_(std::move(inner)), options_(complete(std::move(options))), trouble_(options_) {}

  std::string url() const override { return inner_->url(); }
  std::string_view weakness() const override { return inner_->weakness(); }

  Result<Object> get(std::string_view key, uint64_t limit) override {
    return repeat([&] { return inner_->get(key, limit); });
  }

  Result<std::optional<Object>> get_unless(const Token& known, std::string_view key,
                                           uint64_t limit) override {
    return repeat([&] { return inner_->get_unless(known, key, limit); });
  }

  // Safe to repeat: when the first attempt was done and its reply lost, the next finds it there.
  Result<Created> create(std::string_view key, std::string_view bytes, const Put& put) override {
    return repeat([&] { return inner_->create(key, bytes, put); });
  }

  Result<Token> swap(std::string_view key, const std::optional<Token>& expected, std::string_view bytes,
                     const Put& put) override {
    return swap_by([&] { return inner_->swap(key, expected, bytes, put); }, key, expected, bytes.size(),
                   [&](const std::string& there) { return there == bytes; });
  }

  Result<Token> swap_pieces(std::string_view key, const std::optional<Token>& expected, const Pieces& text,
                            const Put& put) override {
    return swap_by([&] { return inner_->swap_pieces(key, expected, text, put); }, key, expected, text.size(),
                   [&](const std::string& there) { return text.is(there); });
  }

  Result<std::vector<std::string>> list(std::string_view prefix) override {
    return repeat([&] { return inner_->list(prefix); });
  }

  Result<std::vector<std::string>> top_folders() override {
    return repeat([&] { return inner_->top_folders(); });
  }

  Result<void> remove(std::string_view key) override {
    return repeat([&] { return inner_->remove(key); });
  }

  // As a whole: a probe swaps with a token that is wrong on purpose, and what it reads back would look like
  // its own. Once for each domain, whose prefix has rights and rules of its own; after that the object is all
  // that is missing.
  Result<void> probe(std::string_view key, std::string_view bytes) override {
    const std::string domain(key.substr(0, key.find('/')));
    if (is_proven(domain)) {
      auto made = create(key, bytes, {.content_type = "application/json", .caching = Caching::immutable});
      return made ? Result<void>{} : pass(std::move(made));
    }
    auto probed = repeat([&] { return inner_->probe(key, bytes); });
    const std::lock_guard guard(proving_);
    if (probed) proven_.insert(domain);
    return probed;
  }

 private:
  bool is_proven(const std::string& domain) {
    const std::lock_guard guard(proving_);
    return proven_.contains(domain);
  }

  template <class Call>
  auto repeat(const Call& call) -> decltype(call()) {
    if (auto hopeless = silence_.verdict()) return tl::unexpected(std::move(*hopeless));
    Attempts attempts(options_, trouble_);
    for (;;) {
      auto result = call();
      if (result || result.error().fault != Fault::temporary) {
        silence_.end();
        return result;
      }
      if (attempts.wait(result.error())) continue;
      Error told = attempts.told(std::move(result).error());
      if (!options_.is_stopped()) silence_.add(told);
      return tl::unexpected(std::move(told));
    }
  }

  // `size` is that of what is written, which `is_written` knows when it is there.
  template <class Swap, class IsWritten>
  Result<Token> swap_by(const Swap& swap, std::string_view key, const std::optional<Token>& expected,
                        uint64_t size, const IsWritten& is_written) {
    bool may_be_done = false;  // by an attempt that got no clear answer
    bool is_known = true;      // what became of it
    auto outcome = repeat([&]() -> Result<Token> {
      if (may_be_done) {
        auto token = read_back(key, expected, size, is_written);
        if (!token) return pass(std::move(token));
        is_known = true;
        if (*token) return std::move(**token);
      }
      auto swapped = swap();
      if (swapped) return swapped;
      if (swapped.error().fault == Fault::temporary) {
        may_be_done = true;
        is_known = false;
      }
      if (swapped.error().fault != Fault::conflict || !may_be_done) return swapped;
      // The earlier attempt was done after all, between the reading and this one: then it lost against
      // itself.
      auto token = read_back(key, expected, size, is_written);
      if (!token) return pass(std::move(token));
      return *token ? Result<Token>(std::move(**token)) : swapped;
    });
    if (!outcome && outcome.error().fault == Fault::temporary && !is_known)
      outcome.error().message += "; it may have been written all the same";
    return outcome;
  }

  // What a swap that got no answer did: the token of what it wrote, or nothing when all is as it was before.
  // conflict: somebody else's is there.
  template <class IsWritten>
  Result<std::optional<Token>> read_back(std::string_view key, const std::optional<Token>& expected,
                                         uint64_t size, const IsWritten& is_written) {
    auto there = inner_->get(key, std::max(kLargestIndex, size));
    if (there) {
      if (expected && there->token == *expected) return std::nullopt;
      if (is_written(there->bytes)) return std::optional(std::move(there->token));
    } else if (there.error().fault == Fault::not_found) {
      if (!expected) return std::nullopt;
    } else if (there.error().fault != Fault::corrupt) {
      return pass(std::move(there));
    }
    return fail(Fault::conflict, "`" + printable(key) + "` was changed by somebody else");
  }

  std::unique_ptr<Store> inner_;
  RetryOptions options_;
  Trouble trouble_;
  Silence silence_{options_.most_given_up};
  std::mutex proving_;
  std::set<std::string> proven_;  // domains
};

}  // namespace

std::unique_ptr<Store> retrying_store(std::unique_ptr<Store> inner, RetryOptions options) {
  return std::make_unique<RetryingStore>(std::move(inner), std::move(options));
}

}  // namespace mesh::store
