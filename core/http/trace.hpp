#pragma once

#include "core/http/client.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace mesh::http {

// Where a request went; "" for a connection that was not made.
struct Way {
  std::string address;  // "127.0.0.1:443"
  bool is_new = false;  // the connection
};

// Tells of requests, a line of JSON each: when, what, where, with what outcome. Of headers only the name that
// the server gave the request, of bodies only their size, and of URLs no secret.
class Trace {
 public:
  // `tell` may be empty; then nothing is told.
  explicit Trace(std::function<void(std::string_view)> tell) : tell_(std::move(tell)) {}

  bool is_wanted() const { return static_cast<bool>(tell_); }

  void add(const Request& request, const Result<Response>& reply, std::chrono::system_clock::time_point begun,
           std::chrono::milliseconds time, const Way& way);

 private:
  const std::function<void(std::string_view)> tell_;
  std::mutex mutex_;
  // Under mutex; by method and URL, how often in a row a request failed for a moment. The next one is a
  // further attempt.
  std::map<std::string, unsigned> failed_;
};

}  // namespace mesh::http
