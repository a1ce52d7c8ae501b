#pragma once

#include "core/base/result.hpp"
#include "core/config/web.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace mesh::config {

// What is lent for a time, shared by all threads: lent again some minutes before its end, by one thread for
// all of them, while the others go on with what is still good. `Value` has an `expiry`; without one it is
// good for the whole run.
template <class Value>
class Renewed {
 public:
  using Lend = std::function<Result<Value>()>;
  using Clock = std::function<std::chrono::sys_seconds()>;
  explicit Renewed(Lend lend, Clock clock = now_in_seconds)
      : lend_(std::move(lend)), clock_(std::move(clock)) {}

  // Something good, or why there is none. What will not be otherwise a moment later is asked once a run.
  Result<Value> current() {
    std::unique_lock lock(mutex_);
    const auto now = clock_();
    if (value_ && (!value_->expiry || now < renew_at_)) return *value_;
    if (refusal_) return tl::unexpected(*refusal_);
    const bool is_good = value_ && *value_->expiry - now > kTooLate;
    if (is_good && (is_lending_ || now < try_again_at_)) return *value_;
    auto lent = lend_once(lock);
    if (!lent && value_ && value_->expiry && clock_() < *value_->expiry) return *value_;
    return lent;
  }

  // A server says that what `is_old` knows is no good any more. Whether there is another now.
  template <class IsOld>
  bool renew(const IsOld& is_old) {
    std::unique_lock lock(mutex_);
    if (value_ && !is_old(*value_)) return true;
    if (refusal_) return false;
    const auto lent = lend_once(lock);
    return lent && !is_old(*lent);
  }

 private:
  static constexpr std::chrono::seconds kEarly{300}, kTooLate{15}, kPause{30};

  // Who comes while another is at it waits, and has what that one has.
  Result<Value> lend_once(std::unique_lock<std::mutex>& lock) {
    if (is_lending_) {
      const uint64_t turn = turn_;
      done_.wait(lock, [&] { return turn_ != turn; });
      if (failure_) return tl::unexpected(*failure_);
      return *value_;
    }
    is_lending_ = true;
    lock.unlock();
    Result<Value> lent = attempt();
    lock.lock();
    is_lending_ = false;
    ++turn_;
    failure_.reset();
    const auto now = clock_();
    if (!lent) {
      failure_ = lent.error();
      try_again_at_ = now + kPause;
      if (lent.error().fault != Fault::temporary && !value_) refusal_ = lent.error();
    } else {
      value_ = *lent;
      // What lives shortly is used for most of its life. What has ended by our clock, which may be wrong, is
      // used until a server does not take it.
      if (const auto end = lent->expiry)
        renew_at_ = *end - now > kTooLate ? *end - std::min(kEarly, (*end - now) / 4) : now + kPause;
    }
    done_.notify_all();
    return lent;
  }

  Result<Value> attempt() {
    try {
      return lend_();
    } catch (const std::exception&) {
      return fail(Fault::temporary, "credentials could not be asked for: no memory or no thread");
    }
  }

  const Lend lend_;
  const Clock clock_;
  std::mutex mutex_;
  std::condition_variable done_;
  // Under mutex_.
  std::optional<Value> value_;
  std::optional<Error> failure_;  // of the last attempt
  std::optional<Error> refusal_;  // for good
  std::chrono::sys_seconds renew_at_{}, try_again_at_{};
  bool is_lending_ = false;
  uint64_t turn_ = 0;
};

}  // namespace mesh::config
