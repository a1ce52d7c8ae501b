#include "core/http/trace.hpp"

#include "core/base/json.hpp"
#include "core/http/redact.hpp"
#include "core/http/status.hpp"

#include <fmt/chrono.h>

#include <array>

namespace mesh::http {
namespace {

// Under which servers tell how they call a request in their own logs: who asks for help is asked for it.
constexpr std::array kRequestIds = {"x-amz-request-id", "x-ms-request-id", "x-guploader-uploadid",
                                    "x-request-id"};

std::string request_id(const Request& request, const Response& response) {
  constexpr size_t kLongest = 200;
  for (const char* const name : kRequestIds) {
    std::string id(response.header(name));
    if (id.empty()) continue;
    for (const Secret& secret : secrets_of(request)) id = without(std::move(id), secret.reveal());
    id = redacted(id);
    return id.substr(0, kLongest);
  }
  return {};
}

std::string time_text(std::chrono::system_clock::time_point time) {
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(milliseconds);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     (milliseconds - seconds).count());
}

void text_or_null(JsonWriter& json, const char* key, const std::string& text) {
  json.key(key);
  text.empty() ? json.null() : json.text(text);
}

bool failed_for_a_moment(const Result<Response>& reply) {
  return (reply ? reply->status >= 400 && fault_of(reply->status) == Fault::temporary
                : reply.error().fault == Fault::temporary);
}

}  // namespace

void Trace::add(const Request& request, const Result<Response>& reply,
                std::chrono::system_clock::time_point begun, std::chrono::milliseconds time, const Way& way) {
  if (!is_wanted()) return;
  const std::string url = redacted(request.url);
  const std::lock_guard guard(mutex_);
  const std::string name = request.method + " " + url;
  const auto before = failed_.find(name);
  const unsigned attempt = before == failed_.end() ? 1 : before->second + 1;
  if (failed_for_a_moment(reply))
    failed_[name] = attempt;
  else if (before != failed_.end())
    failed_.erase(before);

  JsonWriter json;
  json.begin_object()
      .key("time")
      .text(time_text(begun))
      .key("method")
      .text(request.method)
      .key("url")
      .text(url);
  json.key("attempt").number(attempt).key("status");
  reply ? json.number(static_cast<uint64_t>(reply->status)) : json.null();
  text_or_null(json, "error", reply ? "" : redacted(reply.error().message));
  json.key("milliseconds").number(static_cast<uint64_t>(time.count()));
  json.key("sentBytes")
      .number(body_size(request))
      .key("receivedBytes")
      .number(reply ? reply->body.size() : 0);
  text_or_null(json, "address", way.address);
  json.key("newConnection").boolean(way.is_new);
  text_or_null(json, "requestId", reply ? request_id(request, *reply) : "");
  tell_(std::move(json.end_object()).take());
}

}  // namespace mesh::http
